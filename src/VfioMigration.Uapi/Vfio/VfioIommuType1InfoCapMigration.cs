using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_iommu_type1_info_cap_migration</c> behind its header; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIommuType1InfoCapMigration
{
    public uint Flags;
    public uint Pad;
    public ulong PgsizeBitmap;
    public ulong MaxDirtyBitmapSize;
}
