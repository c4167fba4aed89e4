namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_IOMMU_TYPE1_INFO_*</c>: capability ids behind <c>struct vfio_iommu_type1_info</c>.</summary>
public enum VfioIommuCapabilityId : ushort
{
    VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1,
    VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION = 2,
    VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL = 3,
}
