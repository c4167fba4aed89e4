using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_iommu_type1_dirty_bitmap_get</c>; 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIommuType1DirtyBitmapGet
{
    public ulong Iova;
    public ulong Size;
    public VfioBitmap Bitmap;
}
