using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_hwpt_alloc</c>; 48 bytes, of which a caller may know 24.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuHwptAlloc
{
    public uint Size;
    public IommuHwptAllocFlags Flags;
    public uint DevId;
    public uint PtId;
    public uint OutHwptId;
    public uint Reserved;
    public uint DataType;
    public uint DataLen;
    public ulong DataUptr;
    public uint FaultId;
    public uint Reserved2;
}
