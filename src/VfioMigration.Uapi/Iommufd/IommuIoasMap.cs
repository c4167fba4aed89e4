using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_ioas_map</c>; 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuIoasMap
{
    public uint Size;
    public IommuIoasMapFlags Flags;
    public uint IoasId;
    public uint Reserved;
    public ulong UserVa;
    public ulong Length;
    public ulong Iova;
}
