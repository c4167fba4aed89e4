using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Dma;

/// <summary>
/// The I/O address space of a user (the container of <c>vfio_iommu_type1.c</c>): which addresses devices may reach, and what they wrote
/// there. Lookups take no lock; map, unmap and tracking exclude each other.
/// </summary>
public sealed partial class DmaMap
{
    /// <summary>dma_entry_limit of vfio_iommu_type1.</summary>
    public const int MaxMappings = 65535;

    private readonly Lock gate = new();

    /// <summary>By address; replaced as a whole.</summary>
    private volatile DmaMapping[] mappings = [];

    /// <summary>What a range is answered with that wraps around; EOVERFLOW in Linux 7.</summary>
    public Errno WrapErrno { get; init; } = Errno.EINVAL;

    /// <summary>True for VFIO_TYPE1_IOMMU: a range that is unmapped takes every mapping that begins in it, as a whole.</summary>
    public bool UnmapsWhole { get; init; }

    /// <summary>Mappings that can still be made.</summary>
    public int Available => MaxMappings - mappings.Length;

    /// <summary>Ranges mapped now: first address and bytes.</summary>
    public IReadOnlyList<(ulong Iova, ulong Size)> Mappings => [.. mappings.Select(mapping => (mapping.Iova, mapping.Size))];

    /// <summary>
    /// Maps a range (VFIO_IOMMU_MAP_DMA). EINVAL: no or unknown flags, size 0, an unaligned address or size, wrapping, memory that is too short.
    /// EEXIST: overlap. ENOSPC: too many mappings. EINVAL, ENOMEM: as <see cref="SetContainerTracking"/> and <see cref="SetPageTableTracking"/>, while they are on.
    /// </summary>
    public Errno Map(ulong iova, ulong size, VfioDmaMapFlags flags, DmaMemory memory, ulong offset = 0)
    {
        const VfioDmaMapFlags Known = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE;
        if ((flags & ~Known) != 0
            || flags == VfioDmaMapFlags.None
            || size == 0
            || ((iova | size) & (Page.Size - 1)) != 0
            || offset > memory.Length
            || size > memory.Length - offset)
        {
            return Errno.EINVAL;
        }

        if (iova + (size - 1) < iova)
        {
            return WrapErrno;
        }

        lock (gate)
        {
            DmaMapping[] before = mappings;
            if (before.Length >= MaxMappings)
            {
                return Errno.ENOSPC;
            }

            int at = FirstEndingAtOrAfter(before, iova);
            if (at < before.Length && before[at].Iova <= iova + (size - 1))
            {
                return Errno.EEXIST;
            }

            var added = new DmaMapping(iova, size, flags, memory, offset);
            Errno error = BeginTracking(added);
            mappings = error == Errno.None ? [.. before.AsSpan(0, at), added, .. before.AsSpan(at)] : before;
            return error;
        }
    }

    /// <summary>
    /// Unmaps everything inside a range (VFIO_IOMMU_UNMAP_DMA); the bytes unmapped. Holes are fine. EINVAL: size 0, unaligned, or a mapping that the range cuts;
    /// <see cref="WrapErrno"/>: wrapping. When it returns, no device reaches the memory.
    /// </summary>
    /// <param name="iova">First address.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="bitmap">Gets the dirty pages (VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP), checked as by <see cref="GetBitmap(ulong, ulong, in UserBitmap)"/>.</param>
    public Result<ulong> Unmap(ulong iova, ulong size, in UserBitmap? bitmap = null)
    {
        if (size == 0 || ((iova | size) & (Page.Size - 1)) != 0)
        {
            return Errno.EINVAL;
        }

        if (iova + (size - 1) < iova)
        {
            return WrapErrno;
        }

        ulong last = iova + (size - 1);
        lock (gate)
        {
            Errno error = bitmap is { } wanted ? CheckBitmap(iova, size, wanted) : Errno.None;
            if (error != Errno.None || (!UnmapsWhole && IsCut(iova, last)))
            {
                return error != Errno.None ? error : Errno.EINVAL;
            }

            (int from, int to) = UnmapsWhole ? BeginningIn(iova, last) : Inside(iova, last);
            DmaMapping[] removed = mappings[from..to];
            mappings = [.. mappings.AsSpan(0, from), .. mappings.AsSpan(to)];
            ulong bytes = End(removed);
            error = bitmap is { } filled ? FillBitmap(removed, iova, size, filled) : Errno.None;
            return error != Errno.None ? error : bytes;
        }
    }

    /// <summary>True when a part of the range is mapped.</summary>
    public bool Covers(ulong iova, ulong size)
    {
        DmaMapping[] all = mappings;
        int at = FirstEndingAtOrAfter(all, iova);
        return at < all.Length && all[at].Iova <= iova + (size - 1);
    }

    /// <summary>Unmaps everything (VFIO_DMA_UNMAP_FLAG_ALL); the bytes unmapped.</summary>
    public ulong UnmapAll()
    {
        lock (gate)
        {
            DmaMapping[] removed = mappings;
            mappings = [];
            return End(removed);
        }
    }

    private DmaMapping? Find(ulong iova)
    {
        DmaMapping[] all = mappings;
        int at = FirstEndingAtOrAfter(all, iova);
        return at < all.Length && all[at].Iova <= iova ? all[at] : null;
    }

    /// <summary>No device is in them any more; the bytes that they had. Under the lock.</summary>
    private static ulong End(DmaMapping[] removed)
    {
        ulong bytes = 0;
        foreach (DmaMapping mapping in removed)
        {
            mapping.Users.Close();
            mapping.Memory.Release();
            bytes += mapping.Size;
        }

        return bytes;
    }

    /// <summary>Which mappings lie wholly inside; the second is excluded. The range cuts none.</summary>
    private (int From, int To) Inside(ulong first, ulong last) => (FirstEndingAtOrAfter(mappings, first), IndexAfter(last));

    private (int From, int To) BeginningIn(ulong first, ulong last)
    {
        int from = FirstEndingAtOrAfter(mappings, first);
        from += from < mappings.Length && mappings[from].Iova < first ? 1 : 0;
        return (from, Math.Max(from, IndexAfter(last)));
    }

    /// <summary>The first mapping that begins behind an address.</summary>
    private int IndexAfter(ulong last) => last == ulong.MaxValue ? mappings.Length : FirstBeginningAtOrAfter(mappings, last + 1);

    private bool IsCut(ulong first, ulong last) => IsInsideOf(first, static (mapping, address) => mapping.Iova != address) || IsInsideOf(last, static (mapping, address) => mapping.Last != address);

    private bool IsInsideOf(ulong address, Func<DmaMapping, ulong, bool> cuts) => Find(address) is { } mapping && cuts(mapping, address);

    private static int FirstBeginningAtOrAfter(DmaMapping[] all, ulong iova)
    {
        int at = FirstEndingAtOrAfter(all, iova);
        return at < all.Length && all[at].Iova < iova ? at + 1 : at;
    }

    private static int FirstEndingAtOrAfter(DmaMapping[] all, ulong iova)
    {
        int low = 0;
        int high = all.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (all[middle].Last < iova)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
