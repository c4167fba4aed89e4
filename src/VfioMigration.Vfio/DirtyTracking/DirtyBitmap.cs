using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>
/// A set of pages: any number of threads mark, one at a time harvests, no mark is ever lost.
/// </summary>
/// <remarks>
/// Three levels. A word has one bit per page; the state of a chunk has one bit per line of 8 words that may have a page; a bit of
/// <c>chunks</c> says that a chunk of 32 lines (16,384 pages) may. A harvest follows the bits downwards, so it costs what is dirty.
/// <para>
/// Every chunk has two sides. The lower half of its state is an epoch, whose parity names the side that takes marks; the upper half are the
/// lines of that side. A harvest exchanges the state for the next epoch without lines and has the other side almost for itself, so it
/// reads and clears with plain vector instructions at the speed of memory. A mark that was overtaken notices by the state and is made
/// again on the new side; a line is added by compare and exchange, so never to another epoch than the one that was seen. What was left
/// behind on the old side can only repeat a page that was marked, in a later harvest.
/// </para>
/// <para>
/// A writer that adds a line has set the bit of the chunk since it saw the epoch, and a harvest clears that bit before it exchanges the state:
/// a line that is there needs no look at the chunk. A mark checks its line even when its bit is set already (a hidden bit would be lost),
/// but writes only what is missing: repeated marks are loads. A load may overtake the caller's own stores to the page; therefore a harvest
/// that cleared something ends with a barrier on all processors, and only then may its caller read the pages.
/// </para>
/// </remarks>
public sealed partial class DirtyBitmap
{
    /// <summary>The largest set: 8 TiB of 4 KiB pages, DIRTY_BITMAP_PAGES_MAX of <c>vfio_iommu_type1.c</c>.</summary>
    public const ulong MaxPages = 1UL << 31;

    private const int WordShift = 6;
    private const int LineShift = 3;
    private const int ChunkShift = 8;
    private const int LinesShift = 32;
    private const int WordsPerLine = 1 << LineShift;
    private const int WordsPerChunk = 1 << ChunkShift;
    private const int BytesPerLine = WordsPerLine * sizeof(ulong);
    private const ulong PagesPerLine = 1UL << (LineShift + WordShift);
    private const ulong PagesPerChunk = 1UL << (ChunkShift + WordShift);

    private readonly Lock harvesting = new();
    private readonly ulong[] words;
    private readonly ulong[] states;
    private readonly ulong[] chunks;

    /// <summary>Where in <see cref="words"/> the side of the even epochs begins.</summary>
    private readonly uint even;

    /// <summary>Where the side of the odd epochs begins.</summary>
    private readonly uint odd;

    /// <param name="pages">1 to <see cref="MaxPages"/>. Memory is committed by the kernel when pages are marked.</param>
    public DirtyBitmap(ulong pages)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, MaxPages);
        Pages = pages;
        int count = ChunksUpTo(pages);
        states = new ulong[count];
        chunks = new ulong[(count + 63) / 64];

        // A line is one cache line and not parts of two. Pinned, so that it stays one.
        words = GC.AllocateArray<ulong>((2 * count * WordsPerChunk) + WordsPerLine, pinned: true);
        even = (uint)(-Marshal.UnsafeAddrOfPinnedArrayElement(words, 0) & (BytesPerLine - 1)) / sizeof(ulong);
        odd = even + (uint)(count * WordsPerChunk);
    }

    public ulong Pages { get; }

    /// <summary>Adds a page. Call after the page was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Mark(ulong page)
    {
        if (page >= Pages)
        {
            ThrowOutside(page);
        }

        MarkWord((uint)(page >> WordShift), 1UL << (int)page);
    }

    /// <summary>Adds pages <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> - 1.</summary>
    public void Mark(ulong first, ulong count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Pages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Pages - first);
        ulong end = first + count;
        while (first < end)
        {
            int from = (int)(first & 63);
            int length = (int)Math.Min(64 - (ulong)from, end - first);
            MarkWord((uint)(first >> WordShift), (ulong.MaxValue >> (64 - length)) << from);
            first += (ulong)length;
        }
    }

    /// <summary>How many pages of a range are in the set now. Nothing is cleared.</summary>
    public ulong Count(ulong first, ulong count)
    {
        var counter = default(CountSink);
        Read(first, count, ref counter);
        return counter.Pages;
    }

    /// <summary>The state's bit for the line of a word.</summary>
    private static ulong LineOf(uint word) => 1UL << (int)((word >> LineShift) | LinesShift);

    private static void ThrowOutside(ulong page) => throw new ArgumentOutOfRangeException(nameof(page), page, "outside the bitmap");

    /// <summary>A branch: where the word is must not wait for the state to come from memory.</summary>
    private uint SideOf(ulong state) => (state & 1) == 0 ? even : odd;

    /// <summary>The callers have compared the page with <see cref="Pages"/>: word and chunk are inside their arrays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MarkWord(uint word, ulong mask)
    {
        ref ulong state = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(states), word >> ChunkShift);
        ulong seen = Volatile.Read(ref state);
        ref ulong target = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(words), word + SideOf(seen));
        if ((~Volatile.Read(ref target) & mask) != 0)
        {
            Interlocked.Or(ref target, mask);
        }

        if ((seen & LineOf(word)) == 0 || Volatile.Read(ref state) != seen)
        {
            MarkAgain(word, mask);
        }
    }

    /// <summary>The mark of a line that is not there yet, or of a chunk that was harvested meanwhile.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MarkAgain(uint word, ulong mask)
    {
        uint chunk = word >> ChunkShift;
        ref ulong state = ref states[chunk];
        ref ulong group = ref chunks[chunk / 64];
        ulong bit = 1UL << (int)chunk;
        ulong seen;
        do
        {
            seen = Volatile.Read(ref state);
            Interlocked.Or(ref words[word + SideOf(seen)], mask);
            if ((Volatile.Read(ref group) & bit) == 0)
            {
                Interlocked.Or(ref group, bit);
            }
        }
        while (Interlocked.CompareExchange(ref state, seen | LineOf(word), seen) != seen);
    }

    private struct CountSink : IDirtySink
    {
        internal ulong Pages { get; private set; }

        public void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words)
        {
            foreach (ulong word in words)
            {
                Pages += (ulong)BitOperations.PopCount(word);
            }
        }
    }
}
