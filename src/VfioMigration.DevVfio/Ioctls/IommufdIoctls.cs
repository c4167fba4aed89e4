using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.DevVfio.Iommufd;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Iommufd;
using VfioMigration.Vfio.Users;

using static VfioMigration.DevVfio.Ioctls.VfioIoctlRows;
using static VfioMigration.Uapi.Iommufd.IommufdNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>Of an iommufd (<c>drivers/iommu/iommufd/main.c</c>).</summary>
internal static class IommufdIoctls
{
    internal static IEnumerable<VfioIoctl> Rows =>
    [
        Extensible<IommufdFile, IommuDestroy>(IOMMU_DESTROY, nameof(IOMMU_DESTROY), 8, static (file, in _, ref destroy) => Locked(file, destroy.Id, static (context, id) => context.Remove(id)), writesBack: false, mayBlock: true),
        Extensible<IommufdFile, IommuIoasAlloc>(IOMMU_IOAS_ALLOC, nameof(IOMMU_IOAS_ALLOC), 12, AllocIoas),
        Extensible<IommufdFile, IommuIoasAllowIovas>(IOMMU_IOAS_ALLOW_IOVAS, nameof(IOMMU_IOAS_ALLOW_IOVAS), 24, AllowIovas, writesBack: false),
        Extensible<IommufdFile, IommuIoasIovaRanges>(IOMMU_IOAS_IOVA_RANGES, nameof(IOMMU_IOAS_IOVA_RANGES), 32, GetIovaRanges, writesBack: false),
        Extensible<IommufdFile, IommuIoasMap>(IOMMU_IOAS_MAP, nameof(IOMMU_IOAS_MAP), 40, IoasMapping.Map),
        Extensible<IommufdFile, IommuIoasMapFile>(IOMMU_IOAS_MAP_FILE, nameof(IOMMU_IOAS_MAP_FILE), 40, IoasMapping.MapFile),
        Extensible<IommufdFile, IommuIoasCopy>(IOMMU_IOAS_COPY, nameof(IOMMU_IOAS_COPY), 40, IoasMapping.Copy),
        Extensible<IommufdFile, IommuIoasUnmap>(IOMMU_IOAS_UNMAP, nameof(IOMMU_IOAS_UNMAP), 24, IoasMapping.Unmap, mayBlock: true),
        Extensible<IommufdFile, IommuOption>(IOMMU_OPTION, nameof(IOMMU_OPTION), 24, SetOption),
        Extensible<IommufdFile, IommuVfioIoas>(IOMMU_VFIO_IOAS, nameof(IOMMU_VFIO_IOAS), 12, VfioIoas),
        Extensible<IommufdFile, IommuHwptAlloc>(IOMMU_HWPT_ALLOC, nameof(IOMMU_HWPT_ALLOC), 24, HwptIoctls.Alloc),
        Extensible<IommufdFile, IommuHwInfo>(IOMMU_GET_HW_INFO, nameof(IOMMU_GET_HW_INFO), 32, HwptIoctls.GetHwInfo),
        Extensible<IommufdFile, IommuHwptSetDirtyTracking>(IOMMU_HWPT_SET_DIRTY_TRACKING, nameof(IOMMU_HWPT_SET_DIRTY_TRACKING), 16, HwptIoctls.SetDirtyTracking, writesBack: false, mayBlock: true),
        Extensible<IommufdFile, IommuHwptGetDirtyBitmap>(IOMMU_HWPT_GET_DIRTY_BITMAP, nameof(IOMMU_HWPT_GET_DIRTY_BITMAP), 48, HwptIoctls.GetDirtyBitmap, writesBack: false, mayBlock: true),
        .. CompatIoctls.Rows,
    ];

    private static Errno Locked<T>(IommufdFile file, T argument, Func<IommufdContext, T, Errno> body)
    {
        lock (file.Context.Gate)
        {
            return body(file.Context, argument);
        }
    }

    private static VfioIoctlAnswer AllocIoas(IommufdFile file, in VfioIoctlCall call, ref IommuIoasAlloc alloc)
    {
        if (alloc.Flags != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        lock (file.Context.Gate)
        {
            if (!file.Context.Add(new IommufdIoas()).TryGet(out IommufdIoas ioas, out Errno error))
            {
                return error;
            }

            alloc.OutIoasId = ioas.Id;
            return Errno.None;
        }
    }

    private static VfioIoctlAnswer GetIovaRanges(IommufdFile file, in VfioIoctlCall call, ref IommuIoasIovaRanges ranges)
    {
        if (ranges.Reserved != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        IommuIovaRange[] usable;
        lock (file.Context.Gate)
        {
            if (!file.Context.Find<IommufdIoas>(ranges.IoasId).TryGet(out IommufdIoas ioas, out Errno error))
            {
                return error;
            }

            usable = [.. ioas.Usable];
        }

        int room = (int)Math.Min(ranges.NumIovas, (uint)usable.Length);
        if (call.Client.Write(ranges.AllowedIovas, MemoryMarshal.AsBytes(usable.AsSpan(0, room))) != Errno.None)
        {
            return Errno.EFAULT;
        }

        ranges.NumIovas = (uint)usable.Length;
        ranges.OutIovaAlignment = Page.Size;
        return call.Put(0, ranges) != Errno.None ? Errno.EFAULT : usable.Length > room ? Errno.EMSGSIZE : Errno.None;
    }

    private static VfioIoctlAnswer AllowIovas(IommufdFile file, in VfioIoctlCall call, ref IommuIoasAllowIovas allow)
    {
        const int MaxRanges = 4096;
        if (allow.Reserved != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (allow.NumIovas > MaxRanges)
        {
            return Errno.ENOMEM;
        }

        lock (file.Context.Gate)
        {
            if (!file.Context.Find<IommufdIoas>(allow.IoasId).TryGet(out IommufdIoas ioas, out Errno error))
            {
                return error;
            }

            var ranges = new IommuIovaRange[allow.NumIovas];
            for (int i = 0; i < ranges.Length; i++)
            {
                if (call.Client.Get(allow.AllowedIovas + ((ulong)i * (ulong)Unsafe.SizeOf<IommuIovaRange>()), out ranges[i]) != Errno.None)
                {
                    return Errno.EFAULT;
                }

                IommuIovaRange range = ranges[i];
                if (range.Start >= range.Last || ranges.AsSpan(0, i).ToArray().Any(other => range.Start <= other.Last && other.Start <= range.Last))
                {
                    return Errno.EINVAL;
                }
            }

            return ioas.Allow(ranges);
        }
    }

    /// <summary>Accounting and the size of pages: kept and given back, as nothing here depends on them.</summary>
    private static VfioIoctlAnswer SetOption(IommufdFile file, in VfioIoctlCall call, ref IommuOption option)
    {
        bool isSet = option.Op == IommuOptionOp.IOMMU_OPTION_OP_SET;
        if (option.Reserved != 0 || (!isSet && option.Op != IommuOptionOp.IOMMU_OPTION_OP_GET))
        {
            return Errno.EOPNOTSUPP;
        }

        lock (file.Context.Gate)
        {
            switch (option.OptionId)
            {
                case IommuOptionId.IOMMU_OPTION_RLIMIT_MODE when option.ObjectId == 0:
                    Errno error = !isSet ? Errno.None
                        : !call.Client.IsPrivileged ? Errno.EPERM
                        : !file.Context.IsEmpty ? Errno.EBUSY
                        : option.Val64 > 1 ? Errno.EINVAL
                        : Errno.None;
                    file.Context.AccountsByProcess = isSet && error == Errno.None ? option.Val64 == 1 : file.Context.AccountsByProcess;
                    option.Val64 = isSet ? option.Val64 : file.Context.AccountsByProcess ? 1UL : 0;
                    return error;
                case IommuOptionId.IOMMU_OPTION_HUGE_PAGES:
                    if (!file.Context.Find<IommufdIoas>(option.ObjectId).TryGet(out IommufdIoas ioas, out error) || (isSet && option.Val64 > 1))
                    {
                        return error != Errno.None ? error : Errno.EINVAL;
                    }

                    ioas.HasLargePages = isSet ? option.Val64 == 1 : ioas.HasLargePages;
                    option.Val64 = ioas.HasLargePages ? 1UL : 0;
                    return Errno.None;
                default:
                    return Errno.EOPNOTSUPP;
            }
        }
    }

    private static VfioIoctlAnswer VfioIoas(IommufdFile file, in VfioIoctlCall call, ref IommuVfioIoas vfio)
    {
        if (vfio.Reserved != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        lock (file.Context.Gate)
        {
            switch (vfio.Op)
            {
                case IommuVfioIoasOp.IOMMU_VFIO_IOAS_GET:
                    vfio.IoasId = file.Context.VfioIoas?.Id ?? 0;
                    return file.Context.VfioIoas is null ? Errno.ENODEV : Errno.None;
                case IommuVfioIoasOp.IOMMU_VFIO_IOAS_SET:
                    Errno error = file.Context.Find<IommufdIoas>(vfio.IoasId).TryGet(out IommufdIoas ioas, out Errno missing) ? Errno.None : missing;
                    file.Context.VfioIoas = error == Errno.None ? ioas : file.Context.VfioIoas;
                    return error;
                case IommuVfioIoasOp.IOMMU_VFIO_IOAS_CLEAR:
                    file.Context.VfioIoas = null;
                    return Errno.None;
                default:
                    return Errno.EOPNOTSUPP;
            }
        }
    }
}
