using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_hwpt_set_dirty_tracking</c>; 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuHwptSetDirtyTracking
{
    public uint Size;
    public uint Flags;
    public uint HwptId;
    public uint Reserved;
}
