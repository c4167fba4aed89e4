using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_feature_dma_logging_range</c>; 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDmaLoggingRange
{
    public ulong Iova;
    public ulong Length;
}
