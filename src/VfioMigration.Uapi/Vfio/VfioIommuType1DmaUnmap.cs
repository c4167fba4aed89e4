using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_iommu_type1_dma_unmap</c> without its data; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIommuType1DmaUnmap
{
    public uint Argsz;
    public VfioDmaUnmapFlags Flags;
    public ulong Iova;
    public ulong Size;
}
