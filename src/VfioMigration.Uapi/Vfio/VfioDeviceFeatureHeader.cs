using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_feature</c> without its data; 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDeviceFeatureHeader
{
    public uint Argsz;
    public VfioDeviceFeatureFlags Flags;
}
