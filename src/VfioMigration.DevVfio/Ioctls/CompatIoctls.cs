using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Iommufd;
using VfioMigration.Uapi.Vfio;
using static VfioMigration.DevVfio.Ioctls.VfioIoctlRows;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>The ioctls of a container on an iommufd (<c>iommufd/vfio_compat.c</c>), on the address space that a group has brought. ENODEV without one.</summary>
internal static class CompatIoctls
{
    internal static IEnumerable<VfioIoctl> Rows =>
    [
        Plain<IommufdFile>(VfioFileKind.Iommufd, VFIO_GET_API_VERSION, nameof(VFIO_GET_API_VERSION), static (_, in _) => 0),
        Plain<IommufdFile>(VfioFileKind.Iommufd, VFIO_CHECK_EXTENSION, nameof(VFIO_CHECK_EXTENSION), CheckExtension),
        Plain<IommufdFile>(VfioFileKind.Iommufd, VFIO_SET_IOMMU, nameof(VFIO_SET_IOMMU), SetIommu),
        Structure<IommufdFile, VfioIommuType1Info>(VfioFileKind.Iommufd, VFIO_IOMMU_GET_INFO, nameof(VFIO_IOMMU_GET_INFO), 16, GetInfo),
        Structure<IommufdFile, VfioIommuType1DmaMap>(VfioFileKind.Iommufd, VFIO_IOMMU_MAP_DMA, nameof(VFIO_IOMMU_MAP_DMA), 32, MapDma),
        Structure<IommufdFile, VfioIommuType1DmaUnmap>(
            VfioFileKind.Iommufd, VFIO_IOMMU_UNMAP_DMA, nameof(VFIO_IOMMU_UNMAP_DMA), 24, UnmapDma, writesBack: true, mayBlock: true),
    ];

    private static VfioIoctlAnswer CheckExtension(IommufdFile file, in VfioIoctlCall call) => (VfioExtension)call.Argument switch
    {
        VfioExtension.VFIO_TYPE1_IOMMU or VfioExtension.VFIO_TYPE1v2_IOMMU or VfioExtension.VFIO_UNMAP_ALL => 1,
        VfioExtension.VFIO_DMA_CC_IOMMU => file.Context.VfioIoas is null ? Errno.ENODEV : 1,
        _ => 0,
    };

    private static VfioIoctlAnswer SetIommu(IommufdFile file, in VfioIoctlCall call)
    {
        var model = (VfioExtension)call.Argument;
        if (model is not (VfioExtension.VFIO_TYPE1_IOMMU or VfioExtension.VFIO_TYPE1v2_IOMMU))
        {
            return Errno.EINVAL;
        }

        if (file.Context.VfioIoas is not { } ioas)
        {
            return Errno.ENODEV;
        }

        ioas.HasLargePages &= model != VfioExtension.VFIO_TYPE1_IOMMU;
        return Errno.None;
    }

    private static VfioIoctlAnswer GetInfo(IommufdFile file, in VfioIoctlCall call, ref VfioIommuType1Info info)
    {
        if (file.Context.VfioIoas is not { } ioas)
        {
            return Errno.ENODEV;
        }

        var capabilities = new InfoCapabilities();
        capabilities.Add((ushort)VfioIommuCapabilityId.VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, uint.MaxValue);
        capabilities.AddRanges<IommuIovaRange>((ushort)VfioIommuCapabilityId.VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, [.. ioas.Usable]);
        int room = (int)Math.Min(info.Argsz, (uint)Unsafe.SizeOf<VfioIommuType1Info>());
        info.Flags = VfioIommuInfoFlags.VFIO_IOMMU_INFO_PGSIZES | VfioIommuInfoFlags.VFIO_IOMMU_INFO_CAPS;
        info.IovaPgsizes = ioas.HasFunction ? VfioIommuType1.HardwarePageSizes : unchecked((ulong)-Page.Size);
        info.CapOffset = 0;
        Errno error = capabilities.CopyOut(call, Unsafe.SizeOf<VfioIommuType1Info>(), ref info.Argsz, ref info.CapOffset);
        return error != Errno.None ? error : call.Client.Write(call.Argument, MemoryMarshal.AsBytes(new ReadOnlySpan<VfioIommuType1Info>(in info))[..room]);
    }

    private static VfioIoctlAnswer MapDma(IommufdFile file, in VfioIoctlCall call, ref VfioIommuType1DmaMap map)
    {
        const VfioDmaMapFlags Known = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE;
        if ((map.Flags & ~Known) != 0)
        {
            return Errno.EINVAL;
        }

        if (file.Context.VfioIoas is not { } ioas)
        {
            return Errno.ENODEV;
        }

        IommuIoasMapFlags flags = IommuIoasMapFlags.IOMMU_IOAS_MAP_FIXED_IOVA
            | (map.Flags.HasFlag(VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ) ? IommuIoasMapFlags.IOMMU_IOAS_MAP_READABLE : IommuIoasMapFlags.None)
            | (map.Flags.HasFlag(VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE) ? IommuIoasMapFlags.IOMMU_IOAS_MAP_WRITEABLE : IommuIoasMapFlags.None);
        var native = new IommuIoasMap { Flags = flags, IoasId = ioas.Id, UserVa = map.Vaddr, Length = map.Size, Iova = map.Iova };
        return IoasMapping.Map(file, call, ref native);
    }

    /// <summary>A client of the first version may unmap a part of a mapping; here the part has to be a mapping all the same, and ENOENT says so.</summary>
    private static VfioIoctlAnswer UnmapDma(IommufdFile file, in VfioIoctlCall call, ref VfioIommuType1DmaUnmap unmap)
    {
        bool isAll = unmap.Flags.HasFlag(VfioDmaUnmapFlags.VFIO_DMA_UNMAP_FLAG_ALL);
        if ((unmap.Flags & ~VfioDmaUnmapFlags.VFIO_DMA_UNMAP_FLAG_ALL) != 0)
        {
            return Errno.EINVAL;
        }

        if (file.Context.VfioIoas is not { } ioas || (isAll && (unmap.Iova | unmap.Size) != 0))
        {
            return file.Context.VfioIoas is null ? Errno.ENODEV : Errno.EINVAL;
        }

        var native = new IommuIoasUnmap { IoasId = ioas.Id, Iova = unmap.Iova, Length = isAll ? ulong.MaxValue : unmap.Size };
        VfioIoctlAnswer answer = IoasMapping.Unmap(file, call, ref native);
        unmap.Size = answer.Result.IsOk ? native.Length : 0;
        return answer;
    }
}
