namespace VfioMigration.Uapi.Vfio;

/// <summary>Arguments of VFIO_CHECK_EXTENSION and VFIO_SET_IOMMU.</summary>
public enum VfioExtension : ulong
{
    VFIO_TYPE1_IOMMU = 1,
    VFIO_TYPE1v2_IOMMU = 3,
    VFIO_DMA_CC_IOMMU = 4,
    VFIO_TYPE1_NESTING_IOMMU = 6,
    VFIO_NOIOMMU_IOMMU = 8,
    VFIO_UNMAP_ALL = 9,
    VFIO_UPDATE_VADDR = 10,
}
