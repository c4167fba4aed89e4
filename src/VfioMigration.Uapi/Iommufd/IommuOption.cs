using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_option</c>; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuOption
{
    public uint Size;
    public IommuOptionId OptionId;
    public IommuOptionOp Op;
    public ushort Reserved;
    public uint ObjectId;
    public ulong Val64;
}
