using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_ioas_map_file</c>; 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuIoasMapFile
{
    public uint Size;
    public IommuIoasMapFlags Flags;
    public uint IoasId;
    public int Fd;
    public ulong Start;
    public ulong Length;
    public ulong Iova;
}
