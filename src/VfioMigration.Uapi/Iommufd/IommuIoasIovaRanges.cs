using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_ioas_iova_ranges</c>; 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuIoasIovaRanges
{
    public uint Size;
    public uint IoasId;
    public uint NumIovas;
    public uint Reserved;
    public ulong AllowedIovas;
    public ulong OutIovaAlignment;
}
