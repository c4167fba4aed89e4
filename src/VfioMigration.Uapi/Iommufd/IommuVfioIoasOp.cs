namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>IOMMU_VFIO_IOAS_*</c>.</summary>
public enum IommuVfioIoasOp : ushort
{
    IOMMU_VFIO_IOAS_GET = 0,
    IOMMU_VFIO_IOAS_SET = 1,
    IOMMU_VFIO_IOAS_CLEAR = 2,
}
