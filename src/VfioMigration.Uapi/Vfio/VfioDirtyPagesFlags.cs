namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_IOMMU_DIRTY_PAGES_FLAG_*</c>; exactly one per call.</summary>
[Flags]
public enum VfioDirtyPagesFlags : uint
{
    None = 0,
    VFIO_IOMMU_DIRTY_PAGES_FLAG_START = 1 << 0,
    VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP = 1 << 1,
    VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP = 1 << 2,
}
