using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Ioctls.VfioIoctlRows;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>Of a container; those of its IOMMU are EINVAL as long as it has none (vfio_fops_unl_ioctl).</summary>
internal static class ContainerIoctls
{
    private const int VFIO_API_VERSION = 0;

    internal static IEnumerable<VfioIoctl> Rows =>
    [
        Plain<ContainerFile>(VfioFileKind.Container, VFIO_GET_API_VERSION, nameof(VFIO_GET_API_VERSION), static (_, in _) => VFIO_API_VERSION),
        Plain<ContainerFile>(
            VfioFileKind.Container, VFIO_CHECK_EXTENSION, nameof(VFIO_CHECK_EXTENSION), static (file, in call) => file.Container.CheckExtension(call.Argument)),
        Plain<ContainerFile>(VfioFileKind.Container, VFIO_SET_IOMMU, nameof(VFIO_SET_IOMMU), static (file, in call) => file.Container.SetIommu(call.Argument)),
        OfIommu(Structure<ContainerFile, VfioIommuType1Info>(
            VfioFileKind.Container, VFIO_IOMMU_GET_INFO, nameof(VFIO_IOMMU_GET_INFO), 16, static (file, in call, ref info) => Type1Ioctls.GetInfo(file.Container.Iommu!, call, ref info))),
        OfIommu(Structure<ContainerFile, VfioIommuType1DmaMap>(
            VfioFileKind.Container, VFIO_IOMMU_MAP_DMA, nameof(VFIO_IOMMU_MAP_DMA), 32, static (file, in call, ref map) => Type1Ioctls.MapDma(file.Container.Iommu!, call, map))),
        OfIommu(Structure<ContainerFile, VfioIommuType1DmaUnmap>(
            VfioFileKind.Container,
            VFIO_IOMMU_UNMAP_DMA,
            nameof(VFIO_IOMMU_UNMAP_DMA),
            24,
            static (file, in call, ref unmap) => Type1Ioctls.UnmapDma(file.Container.Iommu!, call, ref unmap),
            writesBack: true,
            mayBlock: true)),
        OfIommu(Plain<ContainerFile>(
            VfioFileKind.Container, VFIO_IOMMU_DIRTY_PAGES, nameof(VFIO_IOMMU_DIRTY_PAGES), static (file, in call) => Type1Ioctls.DirtyPages(file.Container.Iommu!, call), mayBlock: true)),
    ];

    private static VfioIoctl OfIommu(VfioIoctl row) => row with
    {
        Run = (file, in call) => ((ContainerFile)file).Container.Iommu is null ? Errno.EINVAL
            : ((ContainerFile)file).Container.IsNoIommu ? Errno.ENOTTY
            : row.Run(file, call),
    };
}
