using VfioMigration.DevVfio.Iommufd;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Iommufd;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;

using static VfioMigration.Uapi.Iommufd.IommuIoasMapFlags;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>IOMMU_IOAS_MAP, MAP_FILE, COPY and UNMAP (<c>iommufd/ioas.c</c>), with the checks in the kernel's order.</summary>
internal static class IoasMapping
{
    private const IommuIoasMapFlags Known = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_WRITEABLE | IOMMU_IOAS_MAP_READABLE;

    /// <summary>EFAULT: with a function attached, memory that does not exist, is not writable, or is a device's.</summary>
    internal static VfioIoctlAnswer Map(IommufdFile file, in VfioIoctlCall call, ref IommuIoasMap map)
    {
        Errno error = map.Reserved != 0 ? Errno.EOPNOTSUPP : Check(map.Flags, map.Iova, map.Length);
        if (error != Errno.None || !FindIoas(file, map.IoasId).TryGet(out IommufdIoas ioas, out error))
        {
            return error;
        }

        if (map.Length == 0 || map.UserVa + (map.Length - 1) < map.UserVa || (map.UserVa & (Page.Size - 1)) != 0)
        {
            return map.Length == 0 || map.UserVa + (map.Length - 1) >= map.UserVa ? Errno.EINVAL : Errno.EOVERFLOW;
        }

        bool writes = map.Flags.HasFlag(IOMMU_IOAS_MAP_WRITEABLE);
        error = ioas.HasFunction ? CheckMemory(call, map.UserVa, map.Length, writes) : Errno.None;
        if (error != Errno.None || !call.Client.KeepMemory(map.UserVa, map.Length).TryGet(out DmaMemory memory, out error))
        {
            return error;
        }

        return Add(file, ioas, map.Flags, ref map.Iova, map.Length, memory);
    }

    /// <summary>EBADF, EINVAL: the descriptor is of no memory.</summary>
    internal static VfioIoctlAnswer MapFile(IommufdFile file, in VfioIoctlCall call, ref IommuIoasMapFile map)
    {
        Errno error = Check(map.Flags, map.Iova, map.Length);
        if (error != Errno.None || !FindIoas(file, map.IoasId).TryGet(out IommufdIoas ioas, out error))
        {
            return error;
        }

        if (map.Length == 0 || map.Start + (map.Length - 1) < map.Start || (map.Start & (Page.Size - 1)) != 0)
        {
            return map.Length == 0 || map.Start + (map.Length - 1) >= map.Start ? Errno.EINVAL : Errno.EOVERFLOW;
        }

        return call.Client.KeepFile(map.Fd, map.Start, map.Length).TryGet(out DmaMemory memory, out error)
            ? Add(file, ioas, map.Flags, ref map.Iova, map.Length, memory)
            : error;
    }

    /// <summary>The same memory in another address space. ENOENT: a part of the source is not mapped.</summary>
    internal static VfioIoctlAnswer Copy(IommufdFile file, in VfioIoctlCall call, ref IommuIoasCopy copy)
    {
        Errno error = Check(copy.Flags, copy.DstIova, copy.Length);
        error = error == Errno.None && copy.SrcIova == ulong.MaxValue ? Errno.EOVERFLOW : error;
        if (error != Errno.None || !FindIoas(file, copy.SrcIoasId).TryGet(out IommufdIoas source, out error))
        {
            return error;
        }

        if (copy.Length == 0 || copy.SrcIova + (copy.Length - 1) < copy.SrcIova)
        {
            return copy.Length == 0 ? Errno.EINVAL : Errno.EOVERFLOW;
        }

        lock (file.Context.Gate)
        {
            if (!source.Map.Share(copy.SrcIova, copy.Length).TryGet(out IReadOnlyList<SharedDmaPart> parts, out error))
            {
                return error;
            }

            if (!file.Context.Find<IommufdIoas>(copy.DstIoasId).TryGet(out IommufdIoas target, out error))
            {
                Release(parts);
                return error;
            }

            return AddParts(target, copy.Flags, ref copy.DstIova, copy.Length, parts);
        }
    }

    /// <summary>The bytes unmapped; all for address 0 and a length of 2^64 - 1. ENOENT: a mapping that the range cuts.</summary>
    internal static VfioIoctlAnswer Unmap(IommufdFile file, in VfioIoctlCall call, ref IommuIoasUnmap unmap)
    {
        if (!FindIoas(file, unmap.IoasId).TryGet(out IommufdIoas ioas, out Errno error))
        {
            return error;
        }

        bool isAll = unmap.Iova == 0 && unmap.Length == ulong.MaxValue;
        if (!isAll && (unmap.Iova == ulong.MaxValue || unmap.Length == ulong.MaxValue))
        {
            return Errno.EOVERFLOW;
        }

        if (!isAll && (unmap.Length == 0 || unmap.Iova + (unmap.Length - 1) < unmap.Iova))
        {
            return unmap.Length == 0 ? Errno.EINVAL : Errno.EOVERFLOW;
        }

        Result<ulong> unmapped = isAll ? ioas.Map.UnmapAll() : ioas.Map.Unmap(unmap.Iova, unmap.Length);
        if (!unmapped.IsOk)
        {
            return Errno.ENOENT;
        }

        unmap.Length = unmapped.Value;
        return Errno.None;
    }

    /// <summary>As the kernel pins it: memory of a device cannot be pinned.</summary>
    internal static Errno CheckMemory(in VfioIoctlCall call, ulong address, ulong length, bool writes)
    {
        Errno error = call.Client.CheckMemory(address, length, writes);
        return error == Errno.None && call.Client.IsDeviceMemory(address, length) ? Errno.EFAULT : error;
    }

    internal static VfioDmaMapFlags RightsOf(IommuIoasMapFlags flags) =>
        (flags.HasFlag(IOMMU_IOAS_MAP_READABLE) ? VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ : VfioDmaMapFlags.None)
        | (flags.HasFlag(IOMMU_IOAS_MAP_WRITEABLE) ? VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE : VfioDmaMapFlags.None);

    private static Errno Check(IommuIoasMapFlags flags, ulong iova, ulong length) =>
        (flags & ~Known) != 0 ? Errno.EOPNOTSUPP
        : iova == ulong.MaxValue || length == ulong.MaxValue ? Errno.EOVERFLOW
        : (flags & (IOMMU_IOAS_MAP_WRITEABLE | IOMMU_IOAS_MAP_READABLE)) == 0 ? Errno.EINVAL
        : Errno.None;

    private static Result<IommufdIoas> FindIoas(IommufdFile file, uint id)
    {
        lock (file.Context.Gate)
        {
            return file.Context.Find<IommufdIoas>(id);
        }
    }

    private static Errno Add(IommufdFile file, IommufdIoas ioas, IommuIoasMapFlags flags, ref ulong iova, ulong length, DmaMemory memory)
    {
        var shared = new SharedDmaMemory(memory);
        lock (file.Context.Gate)
        {
            return AddParts(ioas, flags, ref iova, length, [new SharedDmaPart(shared, 0, length)]);
        }
    }

    /// <summary>All or none.</summary>
    private static Errno AddParts(IommufdIoas ioas, IommuIoasMapFlags flags, ref ulong iova, ulong length, IReadOnlyList<SharedDmaPart> parts)
    {
        bool isFixed = flags.HasFlag(IOMMU_IOAS_MAP_FIXED_IOVA);
        ulong at = iova;
        if (!isFixed && parts.Count > 1)
        {
            Result<ulong> place = ioas.Add(null, length, RightsOf(flags), parts[0].Memory, 0);
            if (!place.IsOk)
            {
                Release(parts);
                return place.Error;
            }

            at = place.Value;
            _ = ioas.Map.Unmap(at, length);
            parts[0].Memory.AddUser();
        }

        ulong done = 0;
        foreach (SharedDmaPart part in parts)
        {
            Result<ulong> added = ioas.Add(isFixed || parts.Count > 1 ? at + done : null, part.Length, RightsOf(flags), part.Memory, part.Offset);
            if (!added.TryGet(out ulong place, out Errno error))
            {
                _ = done > 0 ? ioas.Map.Unmap(at, done) : 0UL;
                Release([.. parts.SkipWhile(other => other != part)]);
                return error;
            }

            at = done == 0 ? place : at;
            done += part.Length;
        }

        iova = at;
        return Errno.None;
    }

    private static void Release(IEnumerable<SharedDmaPart> parts)
    {
        foreach (SharedDmaPart part in parts)
        {
            part.Memory.Release();
        }
    }
}
