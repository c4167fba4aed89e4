using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_feature_dma_logging_report</c>; 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDmaLoggingReport
{
    public ulong Iova;
    public ulong Length;
    public ulong PageSize;

    /// <summary>A user pointer.</summary>
    public ulong Bitmap;
}
