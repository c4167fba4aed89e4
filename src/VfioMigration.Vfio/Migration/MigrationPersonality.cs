namespace VfioMigration.Vfio.Migration;

/// <summary>Which of the three user interfaces of migration a device has: one (R62), or by choice v1 and v2 together.</summary>
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

    /// <summary>
    /// Both v1 and v2 over one state machine: old and new user space find what they look for, and each uses its own. No kernel had this; R62 does not hold for it.
    /// </summary>
    V1AndV2,
}
