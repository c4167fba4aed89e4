using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_iommu_type1_dma_map</c>; 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIommuType1DmaMap
{
    public uint Argsz;
    public VfioDmaMapFlags Flags;
    public ulong Vaddr;
    public ulong Iova;
    public ulong Size;
}
