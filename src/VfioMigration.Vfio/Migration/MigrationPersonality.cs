namespace VfioMigration.Vfio.Migration;

/// <summary>Which of the three user interfaces of migration a device has; never two at once (R62).</summary>
public enum MigrationPersonality
{
    /// <summary>The device cannot be migrated.</summary>
    None,

    /// <summary>The migration region of Linux 5.8 to 5.17.</summary>
    V1,

    /// <summary>The RFC of January 2022, never merged: eight states over the region.</summary>
    Rfc,

    /// <summary>The uAPI merged in Linux 5.18: VFIO_DEVICE_FEATURE and data descriptors.</summary>
    V2,
}
