namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>IOMMU_HWPT_ALLOC_*</c> and <c>IOMMU_HWPT_FAULT_ID_VALID</c>.</summary>
[Flags]
public enum IommuHwptAllocFlags : uint
{
    None = 0,
    IOMMU_HWPT_ALLOC_NEST_PARENT = 1 << 0,
    IOMMU_HWPT_ALLOC_DIRTY_TRACKING = 1 << 1,
    IOMMU_HWPT_FAULT_ID_VALID = 1 << 2,
    IOMMU_HWPT_ALLOC_PASID = 1 << 3,
}
