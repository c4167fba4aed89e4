using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_hwpt_get_dirty_bitmap</c>; 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuHwptGetDirtyBitmap
{
    public uint Size;
    public uint HwptId;
    public uint Flags;
    public uint Reserved;
    public ulong Iova;
    public ulong Length;
    public ulong PageSize;
    public ulong Data;
}
