using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_migration_info</c>, at offset 0 of the v1 migration region; 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDeviceMigrationInfo
{
    public VfioDeviceStateV1 DeviceState;
    public uint Reserved;
    public ulong PendingBytes;
    public ulong DataOffset;
    public ulong DataSize;
}
