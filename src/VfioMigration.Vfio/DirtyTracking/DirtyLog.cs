using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>
/// A device's log of the addresses it wrote (<c>VFIO_DEVICE_FEATURE_DMA_LOGGING_*</c>, checks as in <c>vfio_main.c</c>). Exists from
/// start to stop.
/// </summary>
public sealed class DirtyLog
{
    /// <summary>Ranges that fit in the page of LOG_MAX_RANGES.</summary>
    public const int MaxRanges = 256;

    /// <summary>The smallest page of a report, and of the log.</summary>
    public const ulong MinPageSize = Page.Size;

    /// <summary>Of a whole log, for its memory is the host's and its ranges are a client's to name: 128 GiB of 4 KiB pages, 8 MiB of bitmaps.</summary>
    private const ulong MaxPages = 1UL << 25;

    private const ulong MaxWishedPageSize = 2 * 1024 * 1024;

    private readonly DirtyRange[] ranges;

    private DirtyLog(DirtyRange[] ranges, ulong pageSize)
    {
        this.ranges = ranges;
        PageSize = pageSize;
    }

    /// <summary>Bytes per bit, a power of two: what START writes back.</summary>
    public ulong PageSize { get; }

    /// <summary>The ranges by address, without the empty ones.</summary>
    public IReadOnlyList<(ulong Iova, ulong Length)> Ranges => [.. ranges.Select(range => (range.Iova, range.Length))];

    /// <summary>
    /// Checks the ranges in their order and starts a log. EINVAL: no range, an address or length that is not a multiple of
    /// <paramref name="pageSize"/>, overlap. E2BIG: more than 256. EOVERFLOW: a range that ends at 2^64 or wraps. The page size is a
    /// wish; one is chosen that is at least 4 KiB and keeps the whole log within 2^25 pages.
    /// </summary>
    public static Result<DirtyLog> Start(ReadOnlySpan<VfioDmaLoggingRange> requested, ulong pageSize)
    {
        if (requested.Length == 0 || requested.Length > MaxRanges)
        {
            return requested.Length == 0 ? Errno.EINVAL : Errno.E2BIG;
        }

        for (int i = 0; i < requested.Length; i++)
        {
            Errno error = Check(requested[i], requested[..i], pageSize);
            if (error != Errno.None)
            {
                return error;
            }
        }

        ulong chosen = Math.Clamp(pageSize, MinPageSize, MaxWishedPageSize);
        while (PagesOf(requested, chosen) > MaxPages)
        {
            chosen *= 2;
        }

        var made = new List<DirtyRange>(requested.Length);
        foreach (VfioDmaLoggingRange range in requested)
        {
            if (range.Length != 0)
            {
                made.Add(new DirtyRange(range.Iova, range.Length, chosen));
            }
        }

        return new DirtyLog([.. made.OrderBy(range => range.Iova)], chosen);
    }

    /// <summary>
    /// The checks of REPORT, before the check whether there is a log. EINVAL: a page size below 4 KiB or not a power of two. EOVERFLOW: a range
    /// that ends at 2^64 or wraps.
    /// </summary>
    public static Errno CheckReport(in VfioDmaLoggingReport report)
    {
        if (report.PageSize < MinPageSize || !ulong.IsPow2(report.PageSize))
        {
            return Errno.EINVAL;
        }

        return report.Iova + report.Length < report.Iova ? Errno.EOVERFLOW : Errno.None;
    }

    /// <summary>Bytes of the bitmap of a range, in whole words of 8.</summary>
    public static ulong BitmapBytes(ulong length, ulong pageSize)
    {
        ulong pages = (length / pageSize) + (length % pageSize == 0 ? 0UL : 1);
        return ((pages / 64) + (pages % 64 == 0 ? 0UL : 1)) * 8;
    }

    /// <summary>Notes that the device wrote. Call after the bytes are in place.</summary>
    public void Mark(ulong iova, ulong length)
    {
        foreach (DirtyRange range in ranges)
        {
            range.Mark(iova, length);
        }
    }

    /// <summary>
    /// ORs what was written in a range into the bitmap and forgets it; addresses outside the log are clean. Call
    /// <see cref="CheckReport"/> first.
    /// </summary>
    public void Report(in VfioDmaLoggingReport report, Span<byte> bitmap, bool clear = true)
    {
        if (report.Length == 0)
        {
            return;
        }

        foreach (DirtyRange range in ranges)
        {
            range.Report(report.Iova, report.Iova + (report.Length - 1), report.PageSize, bitmap, clear);
        }
    }

    /// <summary>As the other, into the bitmap of a user.</summary>
    internal void Report(in VfioDmaLoggingReport report, in UserBitmap bitmap)
    {
        if (report.Length == 0)
        {
            return;
        }

        foreach (DirtyRange range in ranges)
        {
            bitmap.Or(range, report.Iova, report.Iova + (report.Length - 1), clear: true);
        }
    }

    private static Errno Check(VfioDmaLoggingRange range, ReadOnlySpan<VfioDmaLoggingRange> before, ulong pageSize)
    {
        // Measured: 0 and 3000 are EINVAL. The kernel masks (IS_ALIGNED), which would let some ranges pass for such a size.
        if (!ulong.IsPow2(pageSize) || ((range.Iova | range.Length) & (pageSize - 1)) != 0)
        {
            return Errno.EINVAL;
        }

        if (range.Iova + range.Length < range.Iova)
        {
            return Errno.EOVERFLOW;
        }

        ulong last = range.Iova + range.Length - 1;
        foreach (VfioDmaLoggingRange other in before)
        {
            if (range.Iova <= other.Iova + other.Length - 1 && other.Iova <= last)
            {
                return Errno.EINVAL;
            }
        }

        return Errno.None;
    }

    private static ulong PagesOf(ReadOnlySpan<VfioDmaLoggingRange> requested, ulong pageSize)
    {
        ulong pages = 0;
        foreach (VfioDmaLoggingRange range in requested)
        {
            pages += range.Length == 0 ? 0 : DirtyRange.PagesOf(range.Iova, range.Length, pageSize);
        }

        return pages;
    }
}
