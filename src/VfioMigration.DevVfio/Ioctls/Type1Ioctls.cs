using System.Numerics;
using System.Runtime.CompilerServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Dma;

using static VfioMigration.Uapi.Vfio.VfioDmaUnmapFlags;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>The ioctls that change the address space of a container or ask what was written in it.</summary>
internal static class Type1Ioctls
{
    /// <summary>VFIO_IOMMU_GET_INFO; argsz says how much there is to say, where the caller gave too little room.</summary>
    internal static VfioIoctlAnswer GetInfo(VfioIommuType1 iommu, in VfioIoctlCall call, ref VfioIommuType1Info info)
    {
        var capabilities = new InfoCapabilities();
        capabilities.Add((ushort)VfioIommuCapabilityId.VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION, new VfioIommuType1InfoCapMigration
        {
            PgsizeBitmap = Page.Size,
            MaxDirtyBitmapSize = DmaMap.MaxBitmapBytes,
        });
        capabilities.Add((ushort)VfioIommuCapabilityId.VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, (uint)iommu.Map.Available);
        if (iommu.HasHardware)
        {
            capabilities.AddRanges((ushort)VfioIommuCapabilityId.VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, VfioIommuType1.HardwareRanges);
        }

        int room = (int)Math.Min(info.Argsz, (uint)Unsafe.SizeOf<VfioIommuType1Info>());
        info.Flags = VfioIommuInfoFlags.VFIO_IOMMU_INFO_PGSIZES | VfioIommuInfoFlags.VFIO_IOMMU_INFO_CAPS;
        info.IovaPgsizes = iommu.HasHardware ? VfioIommuType1.HardwarePageSizes : unchecked((ulong)-Page.Size);
        info.CapOffset = 0;
        Errno error = capabilities.CopyOut(call, Unsafe.SizeOf<VfioIommuType1Info>(), ref info.Argsz, ref info.CapOffset);
        return error != Errno.None ? error : call.Client.Write(call.Argument, AsBytes(ref info)[..room]);
    }

    /// <summary>VFIO_IOMMU_MAP_DMA, with the checks in the kernel's order.</summary>
    internal static VfioIoctlAnswer MapDma(VfioIommuType1 iommu, in VfioIoctlCall call, in VfioIommuType1DmaMap map)
    {
        const VfioDmaMapFlags Known = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_VADDR;
        bool setsAddress = map.Flags.HasFlag(VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_VADDR);
        bool hasRight = (map.Flags & ~VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_VADDR) != 0;
        if ((map.Flags & ~Known) != 0 || map.Size == 0)
        {
            return Errno.EINVAL;
        }

        bool wraps = map.Iova + (map.Size - 1) < map.Iova || map.Vaddr + (map.Size - 1) < map.Vaddr;
        if (wraps && iommu.IsLinux7)
        {
            return Errno.EOVERFLOW;
        }

        if (hasRight == setsAddress || ((map.Size | map.Iova | map.Vaddr) & (Page.Size - 1)) != 0 || wraps)
        {
            return Errno.EINVAL;
        }

        if (setsAddress)
        {
            return SetAddress(iommu, call, map);
        }

        return iommu.Map.Covers(map.Iova, map.Size) ? Errno.EEXIST
            : iommu.Map.Available == 0 ? Errno.ENOSPC
            : !IsValid(iommu, map.Iova, map.Iova + (map.Size - 1)) ? Errno.EINVAL
            : AddMapping(iommu, call, map);
    }

    /// <summary>VFIO_IOMMU_UNMAP_DMA, with the checks in the kernel's order.</summary>
    internal static VfioIoctlAnswer UnmapDma(VfioIommuType1 iommu, in VfioIoctlCall call, ref VfioIommuType1DmaUnmap unmap)
    {
        const VfioDmaUnmapFlags Known = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP | VFIO_DMA_UNMAP_FLAG_ALL | VFIO_DMA_UNMAP_FLAG_VADDR;
        bool wantsBitmap = unmap.Flags.HasFlag(VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP);
        bool isAll = unmap.Flags.HasFlag(VFIO_DMA_UNMAP_FLAG_ALL);
        if ((unmap.Flags & ~Known) != 0 || (wantsBitmap && unmap.Flags != VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP))
        {
            return Errno.EINVAL;
        }

        UserBitmap? bitmap = null;
        if (wantsBitmap)
        {
            Errno error = GetBitmapOf(call, unmap, out UserBitmap wanted);
            if (error != Errno.None)
            {
                return error;
            }

            bitmap = wanted;
        }

        if (isAll && (unmap.Iova | unmap.Size) != 0)
        {
            return Errno.EINVAL;
        }

        Result<ulong> unmapped = unmap.Flags.HasFlag(VFIO_DMA_UNMAP_FLAG_VADDR) ? TakeAddresses(iommu, unmap.Iova, unmap.Size, isAll)
            : isAll ? iommu.Map.UnmapAll()
            : iommu.Map.Unmap(unmap.Iova, unmap.Size, bitmap);
        if (unmapped.IsOk)
        {
            unmap.Size = unmapped.Value;
        }

        return unmapped.Error;
    }

    /// <summary>VFIO_IOMMU_DIRTY_PAGES. EACCES in an address space of the first version.</summary>
    internal static VfioIoctlAnswer DirtyPages(VfioIommuType1 iommu, in VfioIoctlCall call)
    {
        const VfioDirtyPagesFlags Known =
            VfioDirtyPagesFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_START | VfioDirtyPagesFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP | VfioDirtyPagesFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP;
        if (!iommu.IsV2)
        {
            return Errno.EACCES;
        }

        if (call.Get(0, out VfioIommuType1DirtyBitmap dirty) != Errno.None)
        {
            return Errno.EFAULT;
        }

        int header = Unsafe.SizeOf<VfioIommuType1DirtyBitmap>();
        if (dirty.Argsz < header || (dirty.Flags & ~Known) != 0 || BitOperations.PopCount((uint)dirty.Flags) != 1)
        {
            return Errno.EINVAL;
        }

        if (dirty.Flags != VfioDirtyPagesFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP)
        {
            return iommu.Map.SetContainerTracking(dirty.Flags == VfioDirtyPagesFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
        }

        if (dirty.Argsz - header < Unsafe.SizeOf<VfioIommuType1DirtyBitmapGet>())
        {
            return Errno.EINVAL;
        }

        return call.Get(header, out VfioIommuType1DirtyBitmapGet range) != Errno.None
            ? Errno.EFAULT
            : iommu.Map.GetBitmap(range.Iova, range.Size, new UserBitmap(call.Client, range.Bitmap.Data, range.Bitmap.Size, range.Bitmap.Pgsize));
    }

    private static Span<byte> AsBytes(ref VfioIommuType1Info info) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<VfioIommuType1Info>(ref info));

    private static bool IsValid(VfioIommuType1 iommu, ulong first, ulong last) => !iommu.HasHardware || VfioIommuType1.HardwareRanges.Any(range => first >= range.Start && last <= range.End);

    /// <summary>With hardware behind it the kernel pins the memory at once: EFAULT where there is none, or none that may be written.</summary>
    private static Errno AddMapping(VfioIommuType1 iommu, in VfioIoctlCall call, in VfioIommuType1DmaMap map)
    {
        bool writes = map.Flags.HasFlag(VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE);
        Errno error = iommu.HasHardware ? call.Client.CheckMemory(map.Vaddr, map.Size, writes) : Errno.None;
        if (error != Errno.None || !call.Client.KeepMemory(map.Vaddr, map.Size).TryGet(out DmaMemory memory, out error))
        {
            return error;
        }

        error = iommu.Map.Map(map.Iova, map.Size, map.Flags, memory);
        if (error != Errno.None)
        {
            memory.Release();
        }

        return error;
    }

    private static Errno SetAddress(VfioIommuType1 iommu, in VfioIoctlCall call, in VfioIommuType1DmaMap map) =>
        !call.Client.KeepMemory(map.Vaddr, map.Size).TryGet(out DmaMemory memory, out Errno error) ? error : iommu.Map.SetMemory(map.Iova, map.Size, memory);

    private static Result<ulong> TakeAddresses(VfioIommuType1 iommu, ulong iova, ulong size, bool isAll) =>
        iommu.HasEmulated ? Errno.EBUSY : isAll ? iommu.Map.TakeMemory(0, 0) : iommu.Map.TakeMemory(iova, size);

    private static Errno GetBitmapOf(in VfioIoctlCall call, in VfioIommuType1DmaUnmap unmap, out UserBitmap wanted)
    {
        int header = Unsafe.SizeOf<VfioIommuType1DmaUnmap>();
        wanted = default;
        if (unmap.Argsz < header + Unsafe.SizeOf<VfioBitmap>())
        {
            return Errno.EINVAL;
        }

        if (call.Get(header, out VfioBitmap bitmap) != Errno.None)
        {
            return Errno.EFAULT;
        }

        wanted = new UserBitmap(call.Client, bitmap.Data, bitmap.Size, bitmap.Pgsize);
        return Errno.None;
    }
}
