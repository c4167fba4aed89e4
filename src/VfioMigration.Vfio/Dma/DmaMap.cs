using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Dma;

/// <summary>
/// The I/O address space of a user (the container of <c>vfio_iommu_type1.c</c>): which addresses devices may reach, and what they wrote
/// there. Lookups take no lock; map, unmap and tracking exclude each other.
/// </summary>
public sealed partial class DmaMap
{
    /// <summary>The smallest page.</summary>
    /// <summary>dma_entry_limit of vfio_iommu_type1.</summary>
    public const int MaxMappings = 65535;

    private readonly Lock gate = new();

    /// <summary>By address; replaced as a whole.</summary>
    private volatile DmaMapping[] mappings = [];

    /// <summary>Ranges mapped now: first address and bytes.</summary>
    public IReadOnlyList<(ulong Iova, ulong Size)> Mappings => [.. mappings.Select(mapping => (mapping.Iova, mapping.Size))];

    /// <summary>
    /// Maps a range (VFIO_IOMMU_MAP_DMA). EINVAL: no or unknown flags, size 0, an unaligned address or size, wrapping, memory that is too short.
    /// EEXIST: overlap. ENOSPC: too many mappings.
    /// </summary>
    public Errno Map(ulong iova, ulong size, VfioDmaMapFlags flags, DmaMemory memory, ulong offset = 0)
    {
        const VfioDmaMapFlags Known = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE;
        if ((flags & ~Known) != 0
            || flags == VfioDmaMapFlags.None
            || size == 0
            || ((iova | size) & (Page.Size - 1)) != 0
            || iova + (size - 1) < iova
            || offset > memory.Length
            || size > memory.Length - offset)
        {
            return Errno.EINVAL;
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
            BeginTracking(added);
            mappings = [.. before.AsSpan(0, at), added, .. before.AsSpan(at)];
            return Errno.None;
        }
    }

    /// <summary>
    /// Unmaps everything inside a range (VFIO_IOMMU_UNMAP_DMA); the bytes unmapped. Holes are fine. EINVAL: size 0, unaligned, wrapping,
    /// or a mapping that the range cuts. When it returns, no device reaches the memory. A <paramref name="bitmap"/> gets the dirty
    /// pages first (VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP), checked as by <see cref="GetBitmap"/>.
    /// </summary>
    public Result<ulong> Unmap(ulong iova, ulong size, Span<byte> bitmap = default, ulong pageSize = 0)
    {
        bool wantsBitmap = pageSize != 0;
        if (size == 0 || ((iova | size) & (Page.Size - 1)) != 0 || iova + (size - 1) < iova)
        {
            return Errno.EINVAL;
        }

        lock (gate)
        {
            Errno error = wantsBitmap ? CheckBitmap(iova, size, pageSize, bitmap.Length) : Errno.None;
            error = error == Errno.None && IsCut(iova, iova + (size - 1)) ? Errno.EINVAL : error;
            if (error != Errno.None)
            {
                return error;
            }

            DmaMapping[] removed = Inside(iova, iova + (size - 1));
            mappings = [.. mappings.Except(removed)];
            foreach (DmaMapping mapping in removed)
            {
                mapping.Users.Close();
            }

            if (wantsBitmap)
            {
                FillBitmap(removed, iova, size, bitmap);
            }

            return removed.Aggregate(0UL, static (sum, mapping) => sum + mapping.Size);
        }
    }

    /// <summary>Unmaps everything (VFIO_DMA_UNMAP_FLAG_ALL); the bytes unmapped.</summary>
    public ulong UnmapAll()
    {
        lock (gate)
        {
            DmaMapping[] removed = mappings;
            mappings = [];
            foreach (DmaMapping mapping in removed)
            {
                mapping.Users.Close();
            }

            return removed.Aggregate(0UL, static (sum, mapping) => sum + mapping.Size);
        }
    }

    /// <summary>
    /// Reads guest memory for a device. EINVAL: an address that is not mapped, wrapping; EPERM: mapped without the right; EFAULT: the memory was unmapped.
    /// Bytes before the failing address were read.
    /// </summary>
    internal Errno Read(ulong iova, Span<byte> destination)
    {
        if (Wraps(iova, destination.Length))
        {
            return Errno.EINVAL;
        }

        while (!destination.IsEmpty)
        {
            Errno error = Enter(iova, VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ, out DmaMapping mapping);
            if (error != Errno.None)
            {
                return error;
            }

            int length = (int)Math.Min((ulong)destination.Length - 1, mapping.Last - iova) + 1;
            error = mapping.Memory.Read(mapping.Offset + (iova - mapping.Iova), destination[..length]);
            mapping.Users.Exit();
            if (error != Errno.None)
            {
                return error;
            }

            destination = destination[length..];
            iova += (ulong)length;
        }

        return Errno.None;
    }

    /// <summary>Writes guest memory for a device and marks it dirty, unless an injected fault loses the mark. Errors as <see cref="Read"/>.</summary>
    internal Errno Write(ulong iova, ReadOnlySpan<byte> source, bool marks = true)
    {
        if (Wraps(iova, source.Length))
        {
            return Errno.EINVAL;
        }

        while (!source.IsEmpty)
        {
            Errno error = Enter(iova, VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE, out DmaMapping mapping);
            if (error != Errno.None)
            {
                return error;
            }

            int length = (int)Math.Min((ulong)source.Length - 1, mapping.Last - iova) + 1;
            error = mapping.Memory.Write(mapping.Offset + (iova - mapping.Iova), source[..length]);

            // After the bytes: a report that takes the mark sees them. Also when they may have landed in part only.
            if (marks)
            {
                mapping.Mark(iova, (ulong)length);
            }

            mapping.Users.Exit();
            if (error != Errno.None)
            {
                return error;
            }

            source = source[length..];
            iova += (ulong)length;
        }

        return Errno.None;
    }

    /// <summary>
    /// Pins pages: the device may write them at any time without saying so (vfio_pin_pages). EINVAL: not aligned or not mapped; EPERM: not
    /// writable. All or none.
    /// </summary>
    internal Errno Pin(ulong iova, ulong pages)
    {
        if (pages > (ulong.MaxValue / Page.Size) + 1 - (iova / Page.Size))
        {
            return Errno.EINVAL;
        }

        for (ulong done = 0; done < pages; done++)
        {
            ulong page = iova + (done * Page.Size);
            Errno error = Enter(page, VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE, out DmaMapping mapping);
            if (error != Errno.None || page % Page.Size != 0)
            {
                mapping?.Users.Exit();
                Unpin(iova, done);
                return error == Errno.None ? Errno.EINVAL : error;
            }

            mapping.Pin(page);
            mapping.Users.Exit();
        }

        return Errno.None;
    }

    /// <summary>Undoes <see cref="Pin"/>; pages that are not pinned are left alone.</summary>
    internal void Unpin(ulong iova, ulong pages)
    {
        for (ulong done = 0; done < pages; done++)
        {
            Find(iova + (done * Page.Size))?.Unpin(iova + (done * Page.Size));
        }
    }

    private Errno Enter(ulong iova, VfioDmaMapFlags right, out DmaMapping mapping)
    {
        mapping = Find(iova)!;
        if (mapping is null || !mapping.Users.TryEnter())
        {
            mapping = null!;
            return Errno.EINVAL;
        }

        if ((mapping.Flags & right) != 0)
        {
            return Errno.None;
        }

        mapping.Users.Exit();
        mapping = null!;
        return Errno.EPERM;
    }

    private static bool Wraps(ulong iova, int length) => length != 0 && iova + (ulong)(length - 1) < iova;

    private DmaMapping? Find(ulong iova)
    {
        DmaMapping[] all = mappings;
        int at = FirstEndingAtOrAfter(all, iova);
        return at < all.Length && all[at].Iova <= iova ? all[at] : null;
    }

    private DmaMapping[] Inside(ulong first, ulong last) =>
        [.. mappings.Where(mapping => mapping.Iova >= first && mapping.Last <= last)];

    private bool IsCut(ulong first, ulong last) =>
        mappings.Any(mapping => mapping.Iova <= last && first <= mapping.Last && (mapping.Iova < first || mapping.Last > last));

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
