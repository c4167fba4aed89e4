namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>The dirty pages of one range of addresses.</summary>
/// <remarks>Pages are counted from the range's first address rounded down to the granule.</remarks>
public sealed class DirtyRange
{
    private readonly DirtyBitmap bitmap;
    private readonly ulong origin;
    private readonly ulong last;
    private readonly ulong granule;

    /// <param name="iova">First address.</param>
    /// <param name="length">Bytes, at least 1; the range does not wrap.</param>
    /// <param name="granule">Bytes per page, a power of two.</param>
    public DirtyRange(ulong iova, ulong length, ulong granule)
    {
        Iova = iova;
        last = iova + (length - 1);
        this.granule = granule;
        origin = iova & ~(granule - 1);
        bitmap = new DirtyBitmap(PagesOf(iova, length, granule));
    }

    /// <summary>First address.</summary>
    public ulong Iova { get; }

    /// <summary>Bytes.</summary>
    public ulong Length => last - Iova + 1;

    /// <summary>Pages that a range occupies.</summary>
    public static ulong PagesOf(ulong iova, ulong length, ulong granule) =>
        ((iova + (length - 1)) / granule) - (iova / granule) + 1;

    /// <summary>Marks what of the written bytes lies in the range.</summary>
    public void Mark(ulong address, ulong length)
    {
        ulong from = Math.Max(address, Iova);
        ulong to = Math.Min(address + (length - 1), last);
        if (length != 0 && from <= to)
        {
            ulong first = (from - origin) / granule;
            bitmap.Mark(first, ((to - origin) / granule) - first + 1);
        }
    }

    /// <summary>
    /// ORs the dirty pages of <paramref name="start"/> to <paramref name="lastReported"/> into a bitmap whose bit n is the page at
    /// start + n * pageSize. With <paramref name="clear"/> they become clean, except a page that is reported in part: its other part
    /// would be lost.
    /// </summary>
    public void Report(ulong start, ulong lastReported, ulong pageSize, Span<byte> target, bool clear)
    {
        ulong from = Math.Max(start, Iova);
        ulong to = Math.Min(lastReported, last);
        if (from > to)
        {
            return;
        }

        ulong first = (from - origin) / granule;
        ulong end = ((to - origin) / granule) + 1;
        if (granule == pageSize && ((start - origin) & (granule - 1)) == 0)
        {
            // A last page that the report cuts has its bit; it stays dirty for the next report.
            var same = new BitmapSink(target, Page(start));
            Walk(first, end, IsCutAtFront(from), IsCutAtBack(to), ref same, clear);
            return;
        }

        var scaled = new ScaledBitmapSink(target, origin, granule, start, from, to, pageSize);
        Walk(first, end, IsCutAtFront(from), IsCutAtBack(to), ref scaled, clear);
    }

    /// <summary>Marks again the pages of a bitmap whose bit n is the page at start + n * pageSize.</summary>
    public void Restore(ulong start, ulong pageSize, ReadOnlySpan<byte> reported)
    {
        for (int at = reported.IndexOfAnyExcept((byte)0); at >= 0;)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                if ((reported[at] & (1 << bit)) != 0)
                {
                    Mark(start + ((((ulong)at * 8) + (ulong)bit) * pageSize), pageSize);
                }
            }

            int next = reported[(at + 1)..].IndexOfAnyExcept((byte)0);
            at = next < 0 ? next : at + 1 + next;
        }
    }

    /// <summary>Moves everything dirty into a sink.</summary>
    public void Harvest<TSink>(ref TSink sink)
        where TSink : IDirtySink, allows ref struct => bitmap.Harvest(0, bitmap.Pages, ref sink);

    /// <summary>Dirty pages now.</summary>
    public ulong Count() => bitmap.Count(0, bitmap.Pages);

    /// <summary>The page of an address that may lie before the range, modulo 2^64.</summary>
    private ulong Page(ulong address) => address >= origin ? (address - origin) / granule : 0 - ((origin - address) / granule);

    private bool IsCutAtFront(ulong from) => from > Iova && ((from - origin) & (granule - 1)) != 0;

    private bool IsCutAtBack(ulong to) => to < last && ((to - origin) & (granule - 1)) != granule - 1;

    private void Walk<TSink>(ulong first, ulong end, bool cutFront, bool cutBack, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        if (!clear)
        {
            bitmap.Read(first, end - first, ref sink);
            return;
        }

        if (cutFront)
        {
            bitmap.Read(first, 1, ref sink);
            first++;
        }

        bool keepLast = cutBack && end > first;
        ulong taken = keepLast ? end - 1 : end;
        if (taken > first)
        {
            bitmap.Harvest(first, taken - first, ref sink);
        }

        if (keepLast)
        {
            bitmap.Read(end - 1, 1, ref sink);
        }
    }
}
