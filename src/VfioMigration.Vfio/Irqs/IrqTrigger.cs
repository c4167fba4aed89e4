namespace VfioMigration.Vfio.Irqs;

/// <summary>Where an interrupt goes: an eventfd of the user, or something like it.</summary>
public abstract class IrqTrigger
{
    /// <summary>Adds to the counter and wakes its reader (eventfd_signal). Never blocks.</summary>
    public abstract void Signal(ulong value = 1);
}
