namespace VfioMigration.Vfio.Workloads;

/// <summary>Where and when a workload is busy.</summary>
public enum AccessPattern
{
    /// <summary>Everywhere alike.</summary>
    Uniform,

    /// <summary>Nine of ten accesses in a tenth of the range.</summary>
    Hotspot,

    /// <summary>64 busy steps, then 192 without any access.</summary>
    Burst,

    /// <summary>One access in 256 steps.</summary>
    Idle,
}
