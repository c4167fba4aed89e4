using System.Numerics;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>
/// ORs pages of one size into a bitmap of pages of another size or alignment: a page sets the bit of every page of the bitmap that it
/// shares a byte with, as far as it lies inside what is reported.
/// </summary>
/// <param name="bitmap">ceil(length / pageSize) bits.</param>
/// <param name="origin">Address of page 0 of the set.</param>
/// <param name="granule">Bytes of a page of the set.</param>
/// <param name="start">Bit 0 begins here, aligned or not.</param>
/// <param name="from">First address that may be reported; a page may begin before it.</param>
/// <param name="last">Last address that may be reported, inclusive.</param>
/// <param name="pageSize">Bytes of a page of the bitmap.</param>
internal readonly ref struct ScaledBitmapSink(Span<byte> bitmap, ulong origin, ulong granule, ulong start, ulong from, ulong last, ulong pageSize)
    : IDirtySink
{
    private readonly Span<byte> bitmap = bitmap;

    public void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words)
    {
        foreach (ulong word in words)
        {
            for (ulong left = word; left != 0; left &= left - 1)
            {
                Set(firstPage + (ulong)BitOperations.TrailingZeroCount(left));
            }

            firstPage += 64;
        }
    }

    private void Set(ulong page)
    {
        ulong address = origin + (page * granule);
        ulong first = Math.Max(address, from);
        ulong end = Math.Min(address + (granule - 1), last);
        if (first > end)
        {
            return;
        }

        for (ulong bit = (first - start) / pageSize; bit <= (end - start) / pageSize; bit++)
        {
            bitmap[(int)(bit / 8)] |= (byte)(1 << (int)(bit & 7));
        }
    }
}
