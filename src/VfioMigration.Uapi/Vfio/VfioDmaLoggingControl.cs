using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary>
/// <c>struct vfio_device_feature_dma_logging_control</c>; 24 bytes in an ioctl, where a user pointer to
/// the ranges is the last member; here the ranges follow in its place.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDmaLoggingControl
{
    public ulong PageSize;
    public uint NumRanges;
    public uint Reserved;
}
