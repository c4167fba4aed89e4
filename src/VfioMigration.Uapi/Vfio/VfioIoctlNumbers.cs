namespace VfioMigration.Uapi.Vfio;

/// <summary>
/// Request numbers of <c>include/uapi/linux/vfio.h</c>: <c>_IO(';', n)</c>, so they carry neither size nor direction. Some mean one thing on a device and
/// another on a container.
/// </summary>
public static class VfioIoctlNumbers
{
    /// <summary>The numbers that may return a new descriptor.</summary>
    public static IReadOnlyList<uint> ThatReturnFiles { get; } = [VFIO_GROUP_GET_DEVICE_FD, VFIO_DEVICE_FEATURE];

    public const uint VFIO_GET_API_VERSION = 0x3b64;
    public const uint VFIO_CHECK_EXTENSION = 0x3b65;
    public const uint VFIO_SET_IOMMU = 0x3b66;

    public const uint VFIO_GROUP_GET_STATUS = 0x3b67;
    public const uint VFIO_GROUP_SET_CONTAINER = 0x3b68;
    public const uint VFIO_GROUP_UNSET_CONTAINER = 0x3b69;
    public const uint VFIO_GROUP_GET_DEVICE_FD = 0x3b6a;

    public const uint VFIO_DEVICE_GET_INFO = 0x3b6b;
    public const uint VFIO_DEVICE_GET_REGION_INFO = 0x3b6c;
    public const uint VFIO_DEVICE_GET_IRQ_INFO = 0x3b6d;
    public const uint VFIO_DEVICE_SET_IRQS = 0x3b6e;
    public const uint VFIO_DEVICE_RESET = 0x3b6f;
    public const uint VFIO_DEVICE_GET_PCI_HOT_RESET_INFO = 0x3b70;
    public const uint VFIO_DEVICE_PCI_HOT_RESET = 0x3b71;
    public const uint VFIO_DEVICE_QUERY_GFX_PLANE = 0x3b72;
    public const uint VFIO_DEVICE_GET_GFX_DMABUF = 0x3b73;
    public const uint VFIO_DEVICE_IOEVENTFD = 0x3b74;
    public const uint VFIO_DEVICE_FEATURE = 0x3b75;
    public const uint VFIO_DEVICE_BIND_IOMMUFD = 0x3b76;
    public const uint VFIO_DEVICE_ATTACH_IOMMUFD_PT = 0x3b77;
    public const uint VFIO_DEVICE_DETACH_IOMMUFD_PT = 0x3b78;

    /// <summary>Of a descriptor of migration data.</summary>
    public const uint VFIO_MIG_GET_PRECOPY_INFO = 0x3b79;

    public const uint VFIO_IOMMU_GET_INFO = 0x3b70;
    public const uint VFIO_IOMMU_MAP_DMA = 0x3b71;
    public const uint VFIO_IOMMU_UNMAP_DMA = 0x3b72;
    public const uint VFIO_IOMMU_DIRTY_PAGES = 0x3b75;
}
