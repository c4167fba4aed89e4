using System.Numerics;

using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

/// <summary>
/// Many rounds in which every page is marked a few times only, so that no later mark hides one that was lost: the last mark of
/// a round is the last of its line and of its chunk.
/// </summary>
public class DirtyBitmapBurstTests
{
    private const int Pages = 16384 + 600;
    private const int Rounds = 200;
    private const int Longest = 8;

    private readonly DirtyBitmap bitmap = new(Pages);
    private readonly long[] memory = new long[Pages];
    private readonly long[] copy = new long[Pages];
    private int finished;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task Harvests_DuringAFewMarks_LoseNone(int writers, bool inParts)
    {
        using var barrier = new Barrier(writers + 1);
        Task[] threads =
        [
            .. Enumerable.Range(0, writers).Select(writer => Background.Run(() => Write(writer, writers, barrier))),
            Background.Run(() => HarvestAndCheck(writers, inParts, barrier)),
        ];

        await Task.WhenAll(threads);
    }

    private void Write(int writer, int writers, Barrier barrier)
    {
        var random = new Random(writer);
        for (int round = 1; round <= Rounds; round++)
        {
            barrier.SignalAndWait();
            int length = random.Next(1, Longest);
            int first = (random.Next(600) * writers) + writer;
            for (int i = 0; i < length; i++)
            {
                int page = (first + (i / 2 * writers)) % (600 * writers);
                memory[page] = (round * Longest) + i;
                bitmap.Mark((ulong)page);
            }

            Interlocked.Increment(ref finished);
            barrier.SignalAndWait();
        }
    }

    /// <summary>Continues to the end also after an error, so that no thread waits for it.</summary>
    private void HarvestAndCheck(int writers, bool inParts, Barrier barrier)
    {
        int wrong = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            barrier.SignalAndWait();
            while (Volatile.Read(ref finished) < round * writers)
            {
                Copy(inParts ? 1 : 0, Pages - (inParts ? 2 : 0));
            }

            Copy(0, Pages);
            wrong += memory.AsSpan().SequenceEqual(copy) ? 0 : 1;
            memory.AsSpan().CopyTo(copy);
            barrier.SignalAndWait();
        }

        Assert.Equal(0, wrong);
    }

    private void Copy(int first, int count)
    {
        var sink = new Copier(memory, copy);
        bitmap.Harvest((ulong)first, (ulong)count, ref sink);
        sink.Finish();
    }

    /// <summary>Cheap, so that many harvests fit into a round. Pages may be read only after the harvest.</summary>
    private struct Copier(long[] memory, long[] copy) : IDirtySink
    {
        private readonly List<(ulong Page, ulong Word)> found = [];

        public readonly void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words)
        {
            for (int i = words.IndexOfAnyExcept(0UL); i >= 0 && i < words.Length; i++)
            {
                found.Add((firstPage + ((ulong)i * 64), words[i]));
            }
        }

        internal readonly void Finish()
        {
            foreach ((ulong first, ulong word) in found)
            {
                for (ulong left = word; left != 0; left &= left - 1)
                {
                    ulong page = first + (ulong)BitOperations.TrailingZeroCount(left);
                    copy[page] = Volatile.Read(ref memory[page]);
                }
            }
        }
    }
}
