using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_ioas_copy</c>; 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuIoasCopy
{
    public uint Size;
    public IommuIoasMapFlags Flags;
    public uint DstIoasId;
    public uint SrcIoasId;
    public ulong Length;
    public ulong DstIova;
    public ulong SrcIova;
}
