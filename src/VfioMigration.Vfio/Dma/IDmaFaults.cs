namespace VfioMigration.Vfio.Dma;

/// <summary>Faults on demand in a device's accesses to guest memory.</summary>
public interface IDmaFaults
{
    /// <summary>True when the dirty mark of the write under way shall be lost.</summary>
    bool LosesMark();
}
