using System.Numerics;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>Reading the set, with and without taking it.</summary>
public sealed partial class DirtyBitmap
{
    /// <summary>
    /// Moves the pages of a range out of the set into <paramref name="sink"/>. When it returns, the caller may read the pages: what is
    /// written to them later marks them again.
    /// </summary>
    public void Harvest<TSink>(ulong first, ulong count, ref TSink sink)
        where TSink : IDirtySink, allows ref struct => Walk(first, count, ref sink, clear: true);

    /// <summary>Shows the pages of a range and leaves them in the set.</summary>
    public void Read<TSink>(ulong first, ulong count, ref TSink sink)
        where TSink : IDirtySink, allows ref struct => Walk(first, count, ref sink, clear: false);

    private void Walk<TSink>(ulong first, ulong count, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Pages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Pages - first);
        if (count == 0)
        {
            return;
        }

        lock (harvesting)
        {
            ulong end = first + count;
            bool any = false;
            int last = (int)((end - 1) >> ChunkShift);
            for (int chunk = (int)(first >> ChunkShift); chunk <= last;)
            {
                ulong found = Volatile.Read(ref chunks[chunk / 64]) & (ulong.MaxValue << chunk);
                if (found == 0)
                {
                    chunk = (chunk | 63) + 1;
                    continue;
                }

                chunk = (chunk & ~63) + BitOperations.TrailingZeroCount(found);
                if (chunk > last)
                {
                    break;
                }

                WalkChunk(chunk, first, end, ref sink, clear);
                any = true;
                chunk++;
            }

            if (any && clear)
            {
                Interlocked.MemoryBarrierProcessWide();
            }
        }
    }

    private void WalkChunk<TSink>(int chunk, ulong first, ulong end, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        ulong start = (ulong)chunk << ChunkShift;
        bool whole = start >= first && (start + PagesPerChunk <= end || end == Pages);
        if (!whole)
        {
            WalkPart(chunk, Math.Max(first, start), Math.Min(end, start + PagesPerChunk), ref sink, clear);
        }
        else if (clear)
        {
            Interlocked.And(ref chunks[chunk / 64], ~(1UL << chunk));
            int side = (2 * chunk) + ((Interlocked.Increment(ref epochs[chunk]) - 1) & 1);
            Drain(side, start, ref sink, clear: true);
            Volatile.Write(ref lines[side], 0);
        }
        else
        {
            Drain((2 * chunk) + (epochs[chunk] & 1), start, ref sink, clear: false);
        }
    }

    /// <summary>Passes on every run of lines that may have bits.</summary>
    private void Drain<TSink>(int side, ulong firstPage, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        Span<ulong> chunk = words.AsSpan(side * WordsPerChunk, WordsPerChunk);
        ulong left = Volatile.Read(ref lines[side]);
        for (int line = 0; left != 0;)
        {
            int skip = BitOperations.TrailingZeroCount(left);
            left >>= skip;
            line += skip;
            int run = BitOperations.TrailingZeroCount(~left);
            Span<ulong> piece = chunk.Slice(line * WordsPerLine, run * WordsPerLine);
            sink.Take(firstPage + ((ulong)line * WordsPerLine * 64), piece);
            if (clear)
            {
                piece.Clear();
            }

            left = run == 64 ? 0 : left >> run;
            line += run;
        }
    }

    /// <summary>A part of a chunk, word by word and in place: the rest of the chunk must stay where it is.</summary>
    private void WalkPart<TSink>(int chunk, ulong first, ulong end, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        int side = (2 * chunk) + (epochs[chunk] & 1);
        ulong marked = Volatile.Read(ref lines[side]);
        while (first < end)
        {
            int inChunk = (int)((first >> WordShift) % WordsPerChunk);
            ulong next = Math.Min(end, (first | 63) + 1);
            if ((marked & (1UL << (inChunk / WordsPerLine))) == 0)
            {
                first = Math.Min(end, (first | ((64 * WordsPerLine) - 1)) + 1);
                continue;
            }

            ulong mask = (ulong.MaxValue >> (64 - (int)(next - first))) << (int)(first & 63);
            ref ulong word = ref words[(side * WordsPerChunk) + inChunk];
            ulong taken = Volatile.Read(ref word) & mask;
            if (taken != 0)
            {
                taken = clear ? Interlocked.And(ref word, ~mask) & mask : taken;
                sink.Take(first & ~63UL, new ReadOnlySpan<ulong>(in taken));
            }

            first = next;
        }
    }
}
