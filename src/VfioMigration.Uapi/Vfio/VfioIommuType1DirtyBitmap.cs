using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_iommu_type1_dirty_bitmap</c> without its data; 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIommuType1DirtyBitmap
{
    public uint Argsz;
    public VfioDirtyPagesFlags Flags;
}
