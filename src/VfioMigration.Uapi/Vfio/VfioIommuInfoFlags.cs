namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_IOMMU_INFO_*</c>.</summary>
[Flags]
public enum VfioIommuInfoFlags : uint
{
    None = 0,
    VFIO_IOMMU_INFO_PGSIZES = 1 << 0,
    VFIO_IOMMU_INFO_CAPS = 1 << 1,
}
