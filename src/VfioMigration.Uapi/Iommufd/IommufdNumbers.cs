namespace VfioMigration.Uapi.Iommufd;

/// <summary>Numbers of <c>include/uapi/linux/iommufd.h</c>. The requests are <c>_IO(';', n)</c>.</summary>
public static class IommufdNumbers
{
    public const uint IOMMU_DESTROY = 0x3b80;
    public const uint IOMMU_IOAS_ALLOC = 0x3b81;
    public const uint IOMMU_IOAS_ALLOW_IOVAS = 0x3b82;
    public const uint IOMMU_IOAS_COPY = 0x3b83;
    public const uint IOMMU_IOAS_IOVA_RANGES = 0x3b84;
    public const uint IOMMU_IOAS_MAP = 0x3b85;
    public const uint IOMMU_IOAS_UNMAP = 0x3b86;
    public const uint IOMMU_OPTION = 0x3b87;
    public const uint IOMMU_VFIO_IOAS = 0x3b88;
    public const uint IOMMU_HWPT_ALLOC = 0x3b89;
    public const uint IOMMU_GET_HW_INFO = 0x3b8a;
    public const uint IOMMU_HWPT_SET_DIRTY_TRACKING = 0x3b8b;
    public const uint IOMMU_HWPT_GET_DIRTY_BITMAP = 0x3b8c;
    public const uint IOMMU_IOAS_MAP_FILE = 0x3b8f;

    /// <summary>The last request that a kernel 7.2 has (IOMMU_HW_QUEUE_ALLOC); what is between is answered as by a kernel without the driver that it needs.</summary>
    public const uint Last = 0x3b94;

    /// <summary>Of <c>iommu_hw_info.out_capabilities</c>.</summary>
    public const ulong IOMMU_HW_CAP_DIRTY_TRACKING = 1;

    public const uint IOMMU_HWPT_DIRTY_TRACKING_ENABLE = 1;
    public const uint IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR = 1;
}
