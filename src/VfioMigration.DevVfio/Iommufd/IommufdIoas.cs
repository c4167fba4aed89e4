using VfioMigration.Uapi;
using VfioMigration.Uapi.Iommufd;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio.Iommufd;

/// <summary>
/// An address space (IOAS, <c>iommufd/io_pagetable.c</c>). Its pages are of 4 KiB from the beginning, where a kernel takes any address until a device is attached. Functions that are attached reserve what their hardware
/// cannot reach.
/// </summary>
internal sealed class IommufdIoas : IommufdObject
{
    private const ulong Alignment = Page.Size;

    private IommuIovaRange[] allowed = [];
    private int functions;

    internal DmaMap Map { get; } = new() { WrapErrno = Errno.EOVERFLOW };

    /// <summary>True for a client of VFIO_TYPE1_IOMMU, who may unmap a part of a mapping.</summary>
    internal bool HasLargePages { get; set; } = true;

    /// <summary>True while a function is attached: memory that is mapped must exist.</summary>
    internal bool HasFunction => functions > 0;

    /// <summary>Ranges that can be mapped, by address.</summary>
    internal IReadOnlyList<IommuIovaRange> Usable => HasFunction
        ? [.. VfioIommuType1.HardwareRanges.Select(static range => new IommuIovaRange { Start = range.Start, Last = range.End })]
        : [new IommuIovaRange { Start = 0, Last = ulong.MaxValue }];

    /// <summary>A device begins or ends to use it. Pairs.</summary>
    internal void Attach(bool isFunction, int change)
    {
        Users += change;
        functions += isFunction ? change : 0;
    }

    /// <summary>IOMMU_IOAS_ALLOW_IOVAS: where addresses may be chosen. EADDRINUSE: the hardware does not reach all of it.</summary>
    internal Errno Allow(IommuIovaRange[] ranges)
    {
        if (ranges.Any(range => !Usable.Any(usable => range.Start >= usable.Start && range.Last <= usable.Last)))
        {
            return Errno.EADDRINUSE;
        }

        allowed = ranges;
        return Errno.None;
    }

    /// <summary>
    /// Maps memory at an address, or at one that is chosen here. EINVAL: length 0, not aligned, reserved; EOVERFLOW: it wraps; EEXIST: there is a mapping; ENOSPC: no address is free.
    /// </summary>
    internal Result<ulong> Add(ulong? iova, ulong length, VfioDmaMapFlags rights, DmaMemory memory, ulong offset)
    {
        if (length == 0 || (length & (Alignment - 1)) != 0)
        {
            return Errno.EINVAL;
        }

        if ((iova is { } wanted ? Check(wanted, length) : Choose(length)) is var place && !place.TryGet(out ulong at, out Errno error))
        {
            return error;
        }

        error = Map.Map(at, length, rights, memory, offset);
        return error != Errno.None ? error : at;
    }

    internal override void Destroy() => Map.UnmapAll();

    private Result<ulong> Check(ulong iova, ulong length) =>
        (iova & (Alignment - 1)) != 0 ? Errno.EINVAL
        : iova + (length - 1) < iova ? Errno.EOVERFLOW
        : !Usable.Any(usable => iova >= usable.Start && iova + (length - 1) <= usable.Last) ? Errno.EINVAL
        : Map.Covers(iova, length) ? Errno.EEXIST
        : iova;

    /// <summary>The lowest free place, aligned to the size as far as that is a power of two; never address 0 (iopt_alloc_iova).</summary>
    private Result<ulong> Choose(ulong length)
    {
        ulong alignment = Math.Max(Alignment, 1UL << System.Numerics.BitOperations.TrailingZeroCount(length));
        foreach (IommuIovaRange range in allowed.Length > 0 ? allowed.OrderBy(static range => range.Start) : Usable.AsEnumerable())
        {
            ulong at = Math.Max(range.Start, Page.Size);
            foreach ((ulong start, ulong size) in Map.Mappings.Append((range.Last, 0UL)))
            {
                at = (at + alignment - 1) & ~(alignment - 1);
                if (at + (length - 1) < at || at + (length - 1) > range.Last)
                {
                    break;
                }

                if (!Map.Covers(at, length))
                {
                    return at;
                }

                at = Math.Max(at, start + size);
            }
        }

        return Errno.ENOSPC;
    }
}
