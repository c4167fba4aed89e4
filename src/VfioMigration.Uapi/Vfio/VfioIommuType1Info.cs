using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_iommu_type1_info</c>; 24 bytes, of which a caller may know 16.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIommuType1Info
{
    public uint Argsz;
    public VfioIommuInfoFlags Flags;
    public ulong IovaPgsizes;
    public uint CapOffset;
    public uint Pad;
}
