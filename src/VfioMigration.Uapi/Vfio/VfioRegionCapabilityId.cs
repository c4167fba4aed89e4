namespace VfioMigration.Uapi.Vfio;

/// <summary>Capability ids in the chain behind <c>struct vfio_region_info</c>.</summary>
public enum VfioRegionCapabilityId : ushort
{
    VFIO_REGION_INFO_CAP_SPARSE_MMAP = 1,
    VFIO_REGION_INFO_CAP_TYPE = 2,

    /// <summary>
    /// VFIO_REGION_INFO_CAP_SPARSE_MMAP_SAVING: proposed 2020, never merged (R52). The proposal gave no number; this one is far away
    /// from those that were assigned.
    /// </summary>
    SparseMmapSaving = 0x8001,
}
