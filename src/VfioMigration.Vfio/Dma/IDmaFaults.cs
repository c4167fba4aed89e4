namespace VfioMigration.Vfio.Dma;

/// <summary>Injected faults in a device's accesses to guest memory.</summary>
public interface IDmaFaults
{
    /// <summary>True when the dirty mark of the current write is to be lost.</summary>
    bool LosesMark();
}
