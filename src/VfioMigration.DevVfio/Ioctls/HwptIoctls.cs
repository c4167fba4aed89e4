using System.Buffers;

using VfioMigration.DevVfio.Iommufd;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Iommufd;
using VfioMigration.Vfio.DirtyTracking;

using static VfioMigration.Uapi.Iommufd.IommufdNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>I/O page tables of functions and what their hardware has written (<c>iommufd/hw_pagetable.c</c>, <c>device.c</c>). Mediated devices have none: ENOENT.</summary>
internal static class HwptIoctls
{
    internal static VfioIoctlAnswer Alloc(IommufdFile file, in VfioIoctlCall call, ref IommuHwptAlloc alloc)
    {
        if (alloc.Reserved != 0 || (alloc.DataType == 0) != (alloc.DataLen == 0))
        {
            return alloc.Reserved != 0 ? Errno.EOPNOTSUPP : Errno.EINVAL;
        }

        lock (file.Context.Gate)
        {
            if (!FindFunction(file, alloc.DevId).TryGet(out _, out Errno error))
            {
                return error;
            }

            if (!file.Context.Find<IommufdIoas>(alloc.PtId).TryGet(out IommufdIoas ioas))
            {
                return Errno.EINVAL;
            }

            // Nesting, faults and PASIDs need an IOMMU of a kind that is not simulated.
            if ((alloc.Flags & ~IommuHwptAllocFlags.IOMMU_HWPT_ALLOC_DIRTY_TRACKING) != 0 || alloc.DataType != 0)
            {
                return Errno.EOPNOTSUPP;
            }

            var hwpt = new IommufdHwpt(ioas, alloc.Flags.HasFlag(IommuHwptAllocFlags.IOMMU_HWPT_ALLOC_DIRTY_TRACKING));
            if (!file.Context.Add(hwpt).TryGet(out _, out error))
            {
                ioas.Users--;
                return error;
            }

            alloc.OutHwptId = hwpt.Id;
            return Errno.None;
        }
    }

    /// <summary>An IOMMU of no particular kind, which tracks dirty pages.</summary>
    internal static VfioIoctlAnswer GetHwInfo(IommufdFile file, in VfioIoctlCall call, ref IommuHwInfo info)
    {
        if (info.Flags != 0 || info.Reserved != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        lock (file.Context.Gate)
        {
            if (!FindFunction(file, info.DevId).TryGet(out _, out Errno error))
            {
                return error;
            }
        }

        if (!Clear(call, info.DataUptr, info.DataLen))
        {
            return Errno.EFAULT;
        }

        info.DataLen = 0;
        info.OutDataType = 0;
        info.OutCapabilities = IOMMU_HW_CAP_DIRTY_TRACKING;
        return Errno.None;
    }

    /// <summary>EOPNOTSUPP: the page table was made without tracking.</summary>
    internal static VfioIoctlAnswer SetDirtyTracking(IommufdFile file, in VfioIoctlCall call, ref IommuHwptSetDirtyTracking set)
    {
        if ((set.Flags & ~IOMMU_HWPT_DIRTY_TRACKING_ENABLE) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (!FindHwpt(file, set.HwptId).TryGet(out IommufdHwpt hwpt, out Errno error) || !hwpt.TracksDirty)
        {
            return error != Errno.None ? error : Errno.EOPNOTSUPP;
        }

        return hwpt.Ioas.Map.SetPageTableTracking(set.Flags != 0);
    }

    internal static VfioIoctlAnswer GetDirtyBitmap(IommufdFile file, in VfioIoctlCall call, ref IommuHwptGetDirtyBitmap get)
    {
        if ((get.Flags & ~IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR) != 0 || get.Reserved != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (!FindHwpt(file, get.HwptId).TryGet(out IommufdHwpt hwpt, out Errno error) || !hwpt.TracksDirty)
        {
            return error != Errno.None ? error : Errno.EOPNOTSUPP;
        }

        return hwpt.Ioas.Map.GetDirtyBitmap(
            get.Iova, get.Length, get.Flags != 0, new UserBitmap(call.Client, get.Data, ulong.MaxValue, get.PageSize));
    }

    private static Result<IommufdDevice> FindFunction(IommufdFile file, uint id) =>
        file.Context.Find<IommufdDevice>(id).TryGet(out IommufdDevice device) && device.IsFunction ? device : Errno.ENOENT;

    private static Result<IommufdHwpt> FindHwpt(IommufdFile file, uint id)
    {
        lock (file.Context.Gate)
        {
            return file.Context.Find<IommufdHwpt>(id);
        }
    }

    private static bool Clear(in VfioIoctlCall call, ulong address, uint length)
    {
        byte[] zeros = ArrayPool<byte>.Shared.Rent(Page.Size);
        zeros.AsSpan().Clear();
        uint done = 0;
        while (done < length && call.Client.Write(address + done, zeros.AsSpan(0, (int)Math.Min(Page.Size, length - done))) == Errno.None)
        {
            done += Math.Min(Page.Size, length - done);
        }

        ArrayPool<byte>.Shared.Return(zeros);
        return done >= length;
    }
}
