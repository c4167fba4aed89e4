using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary>
/// <c>struct vfio_device_feature_dma_logging_report</c> without its user pointer; where no memory is shared the bitmap follows in the
/// pointer's place.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDmaLoggingReport
{
    public ulong Iova;
    public ulong Length;
    public ulong PageSize;
}
