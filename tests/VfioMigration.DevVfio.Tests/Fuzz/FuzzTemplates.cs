using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;
using VfioMigration.DevVfio.Tests.Support;

using static VfioMigration.Uapi.Iommufd.IommufdNumbers;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests.Fuzz;

/// <summary>Structures that a request may well succeed with.</summary>
internal static class FuzzTemplates
{
    private const uint Get = 1 << 16;
    private const uint Set = 1 << 17;
    private const ulong Page = 4096;

    private static readonly Dictionary<(VfioFileKind Kind, uint Number), Func<FuzzFields, byte[]>> ByRow = new()
    {
        [(VfioFileKind.Container, VFIO_IOMMU_GET_INFO)] = static of => Pack.Of(of.OneOf(16, 24, 72, 256), 0u),
        [(VfioFileKind.Container, VFIO_IOMMU_MAP_DMA)] = MapDma,
        [(VfioFileKind.Container, VFIO_IOMMU_UNMAP_DMA)] = UnmapDma,
        [(VfioFileKind.Container, VFIO_IOMMU_DIRTY_PAGES)] = static of => Pack.Of(48u, of.OneOf(1, 1, 2, 4, 4, 4), of.Iova, of.Length, Page, of.OneOf(8, 64) * 1UL, of.Pointer),
        [(VfioFileKind.Group, VFIO_GROUP_SET_CONTAINER)] = static of => Pack.Of(of.Descriptor(of.Below(4) == 0 ? VfioFileKind.Iommufd : VfioFileKind.Container)),
        [(VfioFileKind.Device, VFIO_DEVICE_GET_REGION_INFO)] = static of => Pack.Of(of.OneOf(32, 256), 0u, of.Below(12), 0u, 0UL, 0UL),
        [(VfioFileKind.Device, VFIO_DEVICE_GET_IRQ_INFO)] = static of => Pack.Of(of.OneOf(16, 24, 64), 0u, of.Below(6), 0u),
        [(VfioFileKind.Device, VFIO_DEVICE_SET_IRQS)] = static of =>
            Pack.Of(24u, of.OneOf(0x21, 0x22, 0x24, 0x24, 0x11, 0x09, 0x14), of.Below(5), 0u, of.Below(2), of.EventFd),
        [(VfioFileKind.Device, VFIO_DEVICE_FEATURE)] = Feature,
        [(VfioFileKind.Device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO)] = static of => Pack.Of(of.OneOf(12, 24, 64), 0u, 0u),
        [(VfioFileKind.Device, VFIO_DEVICE_PCI_HOT_RESET)] = static of => Pack.Of(16u, 0u, of.Below(2), of.Descriptor(VfioFileKind.Group)),
        [(VfioFileKind.Device, VFIO_DEVICE_IOEVENTFD)] = static of => Pack.Of(32u, of.OneOf(1, 2, 4, 8), (ulong)of.Below(3) * 8, (ulong)of.Below(4), of.EventFd, 0u),
        [(VfioFileKind.Device, VFIO_DEVICE_BIND_IOMMUFD)] = static of => Pack.Of(16u, 0u, of.Descriptor(VfioFileKind.Iommufd), 0u),
        [(VfioFileKind.Device, VFIO_DEVICE_ATTACH_IOMMUFD_PT)] = static of => Pack.Of(12u, 0u, of.Id),
        [(VfioFileKind.MigrationData, VFIO_MIG_GET_PRECOPY_INFO)] = static of => Pack.Of(24u, of.Below(3), 0UL, 0UL),
        [(VfioFileKind.Iommufd, IOMMU_DESTROY)] = static of => Pack.Of(8u, of.Id),
        [(VfioFileKind.Iommufd, IOMMU_IOAS_ALLOC)] = static _ => Pack.Of(12u, 0u, 0u),
        [(VfioFileKind.Iommufd, IOMMU_IOAS_ALLOW_IOVAS)] = static of => Pack.Of(24u, of.Id, of.Below(3), 0u, of.Pointer),
        [(VfioFileKind.Iommufd, IOMMU_IOAS_IOVA_RANGES)] = static of => Pack.Of(32u, of.Id, of.Below(3), 0u, of.Pointer, 0UL),
        [(VfioFileKind.Iommufd, IOMMU_IOAS_MAP)] = static of => Pack.Of(40u, of.OneOf(7, 7, 6, 5, 3), of.Id, 0u, of.Memory, of.Length, of.Iova),
        [(VfioFileKind.Iommufd, IOMMU_IOAS_MAP_FILE)] = static of => Pack.Of(40u, of.OneOf(7, 6, 5), of.Id, of.MemoryFile, (ulong)of.Below(4) * Page, of.Length, of.Iova),
        [(VfioFileKind.Iommufd, IOMMU_IOAS_COPY)] = static of => Pack.Of(40u, of.OneOf(7, 6, 5), of.Id, of.Id, of.Length, of.Iova, of.Iova),
        [(VfioFileKind.Iommufd, IOMMU_IOAS_UNMAP)] = static of => of.Below(10) == 0 ? Pack.Of(24u, of.Id, 0UL, ulong.MaxValue) : Pack.Of(24u, of.Id, of.Iova, of.Length),
        [(VfioFileKind.Iommufd, IOMMU_OPTION)] = static of => Pack.Of(24u, of.Below(2), of.Below(2), of.Below(2) * of.Id, (ulong)of.Below(2)),
        [(VfioFileKind.Iommufd, IOMMU_VFIO_IOAS)] = static of => Pack.Of(12u, of.Id, of.Below(3)),
        [(VfioFileKind.Iommufd, IOMMU_HWPT_ALLOC)] = static of => Pack.Of(of.OneOf(24, 40, 48), of.OneOf(0, 2, 2), of.Id, of.Id, 0u, 0u, 0UL, 0UL),
        [(VfioFileKind.Iommufd, IOMMU_GET_HW_INFO)] = static of => Pack.Of(of.OneOf(32, 40), 0u, of.Id, of.Below(64), of.Pointer, 0u, 0u, 0UL),
        [(VfioFileKind.Iommufd, IOMMU_HWPT_SET_DIRTY_TRACKING)] = static of => Pack.Of(16u, of.Below(2), of.Id, 0u),
        [(VfioFileKind.Iommufd, IOMMU_HWPT_GET_DIRTY_BITMAP)] = static of => Pack.Of(48u, of.Id, of.Below(2), 0u, of.Iova, of.Length, Page, of.Pointer),
        [(VfioFileKind.Iommufd, VFIO_IOMMU_MAP_DMA)] = MapDma,
        [(VfioFileKind.Iommufd, VFIO_IOMMU_UNMAP_DMA)] = UnmapDma,
    };

    /// <summary>For others argsz and flags will do.</summary>
    internal static byte[] Make(FuzzFields fields, VfioIoctl? row) =>
        row is not null && ByRow.TryGetValue((row.Kind, row.Number), out Func<FuzzFields, byte[]>? template)
            ? template(fields)
            : Pack.Of((uint)Math.Max(8, row?.MinimumSize ?? 64), 0u, fields.Iova, fields.Length, fields.Pointer);

    private static byte[] MapDma(FuzzFields of) => Pack.Of(32u, of.OneOf(3, 3, 1, 2, 4), of.Memory, of.Iova, of.Length);

    private static byte[] UnmapDma(FuzzFields of) =>
        of.Below(10) == 0 ? Pack.Of(24u, 2u, 0UL, 0UL) : Pack.Of(48u, of.OneOf(0, 0, 1, 4), of.Iova, of.Length, Page, 8UL, of.Pointer);

    private static byte[] Feature(FuzzFields of) => of.Below(13) switch
    {
        1 => Pack.Of(16u, 1u | Get, 0UL),
        2 or 3 => Pack.Of(16u, 2u | of.OneOf(Get, Set, Set, Set), of.Below(9), -1),
        6 => Pack.Of(32u, 6u | Set, Page, of.Below(3), 0u, of.Pointer),
        7 => Pack.Of(8u, 7u | Set),
        8 => Pack.Of(40u, 8u | Get, of.Iova, of.Length, Page, of.Pointer),
        9 => Pack.Of(16u, 9u | Get, 0UL),
        var number => Pack.Of(16u, number | of.OneOf(Get, Set), of.EventFd, 0u),
    };
}
