namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>IOMMU_OPTION_*</c>.</summary>
public enum IommuOptionId : uint
{
    IOMMU_OPTION_RLIMIT_MODE = 0,
    IOMMU_OPTION_HUGE_PAGES = 1,
}
