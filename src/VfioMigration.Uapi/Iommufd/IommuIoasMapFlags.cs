namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>IOMMU_IOAS_MAP_*</c>.</summary>
[Flags]
public enum IommuIoasMapFlags : uint
{
    None = 0,
    IOMMU_IOAS_MAP_FIXED_IOVA = 1 << 0,
    IOMMU_IOAS_MAP_WRITEABLE = 1 << 1,
    IOMMU_IOAS_MAP_READABLE = 1 << 2,
}
