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
        lock (harvesting)
        {
            // The end of the set ends its last chunk, however short that is.
            ulong end = first + count;
            ulong firstWhole = Math.Min(end, (first + PagesPerChunk - 1) & ~(PagesPerChunk - 1));
            ulong endWhole = Math.Max(firstWhole, end == Pages ? end : end & ~(PagesPerChunk - 1));
            bool any = WalkParts(first, firstWhole, ref sink, clear);
            any |= WalkChunks(firstWhole, endWhole, ref sink, clear);
            any |= WalkParts(endWhole, end, ref sink, clear);
            if (any && clear)
            {
                Interlocked.MemoryBarrierProcessWide();
            }
        }
    }

    /// <summary>Whole chunks. False when none was dirty.</summary>
    private bool WalkChunks<TSink>(ulong first, ulong end, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        bool any = false;
        Span<ulong> taken = stackalloc ulong[64];
        int endChunk = ChunksUpTo(end);
        for (int chunk = ChunksUpTo(first); chunk < endChunk; chunk = (chunk | 63) + 1)
        {
            ulong found = Volatile.Read(ref chunks[chunk / 64]) & (ulong.MaxValue << chunk);
            if (endChunk <= (chunk | 63))
            {
                found &= ~(ulong.MaxValue << endChunk);
            }

            if (found != 0)
            {
                TakeStates(chunk / 64, found, taken, clear);
                for (ulong left = found; left != 0; left &= left - 1)
                {
                    int inGroup = BitOperations.TrailingZeroCount(left);
                    Drain((chunk & ~63) + inGroup, taken[inGroup], ref sink, clear);
                }

                any = true;
            }
        }

        return any;
    }

    private static int ChunksUpTo(ulong page) => (int)((page + PagesPerChunk - 1) / PagesPerChunk);

    /// <summary>
    /// Reads the states of chunks of a group of 64. With <paramref name="clear"/> the sides that they name belong to the harvest from then
    /// on. All before the first line is read: locked instructions in between would let the processor wait for one chunk after the other.
    /// </summary>
    private void TakeStates(int group, ulong which, Span<ulong> taken, bool clear)
    {
        if (clear)
        {
            Interlocked.And(ref chunks[group], ~which);
        }

        for (; which != 0; which &= which - 1)
        {
            int inGroup = BitOperations.TrailingZeroCount(which);
            ref ulong state = ref states[(group * 64) + inGroup];
            ulong seen = Volatile.Read(ref state);
            taken[inGroup] = clear ? Interlocked.Exchange(ref state, (uint)seen + 1U) : seen;
        }
    }

    /// <summary>Passes on every line that may have bits.</summary>
    private void Drain<TSink>(int chunk, ulong state, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        ulong firstPage = (ulong)chunk * PagesPerChunk;
        Span<ulong> all = words.AsSpan((int)SideOf(state) + (chunk * WordsPerChunk), WordsPerChunk);
        uint left = (uint)(state >> LinesShift);
        if (left == uint.MaxValue)
        {
            sink.Take(firstPage, all);
            if (clear)
            {
                all.Clear();
            }

            return;
        }

        // Line by line even where lines adjoin: a constant length compiles to a few vector instructions.
        for (; left != 0; left &= left - 1)
        {
            int word = BitOperations.TrailingZeroCount(left) * WordsPerLine;
            Span<ulong> line = all.Slice(word, WordsPerLine);
            sink.Take(firstPage + ((ulong)word << WordShift), line);
            if (clear)
            {
                line.Clear();
            }
        }
    }

    /// <summary>Parts of chunks. False when none was dirty.</summary>
    private bool WalkParts<TSink>(ulong first, ulong end, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        bool any = false;
        while (first < end)
        {
            int chunk = (int)(first / PagesPerChunk);
            ulong next = Math.Min(end, (first | (PagesPerChunk - 1)) + 1);
            if ((Volatile.Read(ref chunks[chunk / 64]) & (1UL << chunk)) != 0)
            {
                WalkPart(Volatile.Read(ref states[chunk]), first, next, ref sink, clear);
                any = true;
            }

            first = next;
        }

        return any;
    }

    /// <summary>A part of a chunk, word by word and in place: the rest of the chunk must stay where it is.</summary>
    private void WalkPart<TSink>(ulong state, ulong first, ulong end, ref TSink sink, bool clear)
        where TSink : IDirtySink, allows ref struct
    {
        uint side = SideOf(state);
        while (first < end)
        {
            uint index = (uint)(first >> WordShift);
            if ((state & LineOf(index)) == 0)
            {
                first = Math.Min(end, (first | (PagesPerLine - 1)) + 1);
                continue;
            }

            ulong next = Math.Min(end, (first | 63) + 1);
            ulong mask = (ulong.MaxValue >> (64 - (int)(next - first))) << (int)(first & 63);
            ref ulong word = ref words[side + index];
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
