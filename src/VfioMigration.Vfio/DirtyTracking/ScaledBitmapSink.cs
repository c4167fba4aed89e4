using System.Numerics;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>
/// ORs pages of one size into a bitmap of pages of another size or alignment: a page sets the bit of every page of the bitmap that it
/// shares a byte with, as far as it lies inside the reported range.
/// </summary>
/// <param name="bitmap">ceil(length / pageSize) bits.</param>
/// <param name="origin">Address of page 0 of the set.</param>
/// <param name="granule">Bytes of a page of the set.</param>
/// <param name="start">First address reported; bit 0 begins here, aligned or not.</param>
/// <param name="last">Last address reported, inclusive.</param>
/// <param name="pageSize">Bytes of a page of the bitmap.</param>
internal readonly ref struct ScaledBitmapSink(Span<byte> bitmap, ulong origin, ulong granule, ulong start, ulong last, ulong pageSize) : IDirtySink
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
        ulong from = Math.Max(address, start);
        ulong to = Math.Min(address + (granule - 1), last);
        if (from > to)
        {
            return;
        }

        for (ulong bit = (from - start) / pageSize; bit <= (to - start) / pageSize; bit++)
        {
            bitmap[(int)(bit / 8)] |= (byte)(1 << (int)(bit & 7));
        }
    }
}
