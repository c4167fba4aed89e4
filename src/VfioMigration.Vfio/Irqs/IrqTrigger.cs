namespace VfioMigration.Vfio.Irqs;

/// <summary>The target of an interrupt: an eventfd of the user, or similar.</summary>
public abstract class IrqTrigger
{
    /// <summary>Adds to the counter and wakes its reader (eventfd_signal). Never blocks.</summary>
    public abstract void Signal(ulong value = 1);
}
