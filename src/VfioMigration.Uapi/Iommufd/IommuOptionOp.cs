namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>IOMMU_OPTION_OP_*</c>.</summary>
public enum IommuOptionOp : ushort
{
    IOMMU_OPTION_OP_SET = 0,
    IOMMU_OPTION_OP_GET = 1,
}
