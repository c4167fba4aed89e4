using System.Numerics;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>
/// A set of pages: any number of threads mark, one at a time harvests, no mark is ever lost.
/// </summary>
/// <remarks>
/// Three levels. A word has one bit per page; a bit of <c>lines</c> says that a line of 8 words may have one; a bit of <c>chunks</c>
/// says that a chunk of 64 lines (32,768 pages) may. A harvest follows the bits downwards, so it costs what is dirty.
/// <para>
/// Every chunk has two sides. Marks go to the side that the parity of its epoch names; a harvest advances the epoch and has the other
/// side almost for itself, so it reads and clears with plain vector instructions at the speed of memory. A mark that was overtaken
/// notices by the epoch and is made again on the new side. What it left behind on the old side can only repeat a page that was marked,
/// in a later harvest.
/// </para>
/// <para>
/// A mark checks every level even when its bit is set already (a hidden bit would be lost), but writes only what is missing: repeated
/// marks are loads. A load may overtake the caller's own stores to the page; therefore a harvest that cleared something ends with a
/// barrier on all processors, and only then may its caller read the pages.
/// </para>
/// </remarks>
public sealed partial class DirtyBitmap
{
    /// <summary>The largest set: 8 TiB of 4 KiB pages, DIRTY_BITMAP_PAGES_MAX of <c>vfio_iommu_type1.c</c>.</summary>
    public const ulong MaxPages = 1UL << 31;

    private const int WordShift = 6;
    private const int WordsPerLine = 8;
    private const int WordsPerChunk = 512;
    private const int ChunkShift = 15;
    private const ulong PagesPerChunk = 1UL << ChunkShift;

    private readonly Lock harvesting = new();
    private readonly ulong[] words;
    private readonly ulong[] lines;
    private readonly int[] epochs;
    private readonly ulong[] chunks;

    /// <param name="pages">1 to <see cref="MaxPages"/>. Memory is committed by the kernel when pages are marked.</param>
    public DirtyBitmap(ulong pages)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, MaxPages);
        Pages = pages;
        int count = (int)((pages + PagesPerChunk - 1) >> ChunkShift);
        words = new ulong[2 * count * WordsPerChunk];
        lines = new ulong[2 * count];
        epochs = new int[count];
        chunks = new ulong[(count + 63) / 64];
    }

    public ulong Pages { get; }

    /// <summary>Adds a page. Call after the page was written.</summary>
    public void Mark(ulong page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, Pages);
        MarkWord(page >> WordShift, 1UL << (int)page);
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
            MarkWord(first >> WordShift, (ulong.MaxValue >> (64 - length)) << from);
            first += (ulong)length;
        }
    }

    private void MarkWord(ulong word, ulong mask)
    {
        int chunk = (int)(word / WordsPerChunk);
        int inChunk = (int)(word % WordsPerChunk);
        ulong line = 1UL << (inChunk / WordsPerLine);
        ref int epoch = ref epochs[chunk];
        int seen;
        do
        {
            seen = Volatile.Read(ref epoch);
            int side = (2 * chunk) + (seen & 1);
            SetMissing(ref words[(side * WordsPerChunk) + inChunk], mask);
            SetMissing(ref lines[side], line);
        }
        while (Volatile.Read(ref epoch) != seen);

        SetMissing(ref chunks[chunk / 64], 1UL << chunk);
    }

    private static void SetMissing(ref ulong target, ulong mask)
    {
        if ((Volatile.Read(ref target) & mask) != mask)
        {
            Interlocked.Or(ref target, mask);
        }
    }

    /// <summary>How many pages of a range are in the set now. Nothing is cleared.</summary>
    public ulong Count(ulong first, ulong count)
    {
        var counter = default(CountSink);
        Read(first, count, ref counter);
        return counter.Pages;
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
