namespace VfioMigration.Uapi.Vfio;

/// <summary>Where the fields of <c>struct vfio_device_migration_info</c> are, which is at offset 0 of the v1 migration region.</summary>
public static class VfioDeviceMigrationInfo
{
    /// <summary>Four bytes.</summary>
    public const int DeviceState = 0;

    /// <summary>Four bytes.</summary>
    public const int Reserved = 4;

    /// <summary>Eight bytes.</summary>
    public const int PendingBytes = 8;

    /// <summary>Eight bytes.</summary>
    public const int DataOffset = 16;

    /// <summary>Eight bytes.</summary>
    public const int DataSize = 24;

    /// <summary>Of the structure.</summary>
    public const int Size = 32;
}
