using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_feature_dma_logging_control</c>; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDmaLoggingControl
{
    public ulong PageSize;
    public uint NumRanges;
    public uint Reserved;

    /// <summary>A user pointer to <see cref="NumRanges"/> times <see cref="VfioDmaLoggingRange"/>.</summary>
    public ulong Ranges;
}
