namespace VfioMigration.Vfio;

/// <summary>How the devices of a group reach memory (<c>enum vfio_group_type</c>).</summary>
public enum VfioGroupKind
{
    /// <summary>Through an IOMMU.</summary>
    Iommu,

    /// <summary>By their parent, which only reaches what user space has mapped: mediated devices.</summary>
    EmulatedIommu,

    /// <summary>Without any protection; user space needs CAP_SYS_RAWIO.</summary>
    NoIommu,
}
