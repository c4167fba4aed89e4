using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

/// <summary>Threads that write and mark against one that harvests.</summary>
public class DirtyBitmapSoakTests
{
    private const int Pages = (3 * 16384) + 100;
    private const int Rounds = 12;
    private const int Marks = 60_000;

    /// <summary>Where a writer marks: everything, a few words, and the pages around the edge of two chunks.</summary>
    private static readonly (int First, int Count)[] Areas = [(0, Pages), (256, 256), (16384 - 64, 128), (Pages - 130, 130)];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Harvests_WhileThreadsMark_LoseNothingAndInventNothing(int writers)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var run = new Run(writers, seed: (round * 31) + writers);
            await run.Finish();
            run.Check();
        }
    }

    /// <summary>
    /// One round: page p belongs to writer p modulo writers, so that its value only grows. With a bitmap of its own, because a later harvest
    /// may repeat a page.
    /// </summary>
    private sealed class Run(int writers, int seed)
    {
        private readonly DirtyBitmap bitmap = new(Pages);
        private readonly long[] memory = new long[Pages];
        private readonly long[] copy = new long[Pages];
        private readonly bool[] marked = new bool[Pages];
        private readonly bool[] harvested = new bool[Pages];
        private int finished;

        internal async Task Finish()
        {
            using var start = new Barrier(writers + 1);
            Task[] threads =
            [
                .. Enumerable.Range(0, writers).Select(writer => Background.Run(() => Write(writer, start))),
                Background.Run(() => HarvestUntilTheEnd(start)),
            ];
            await Task.WhenAll(threads);
        }

        internal void Check()
        {
            Assert.Equal(marked, harvested);
            Assert.Equal(memory, copy);
        }

        private void Write(int writer, Barrier start)
        {
            var random = new Random((seed * 8) + writer);
            start.SignalAndWait();
            for (int i = 1; i <= Marks; i++)
            {
                (int first, int count) = Areas[(i / 500) % Areas.Length];
                int page = Own(first + random.Next(count), writer);
                memory[page] = i;
                marked[page] = true;
                bitmap.Mark((ulong)page);
            }

            Interlocked.Increment(ref finished);
        }

        private int Own(int page, int writer)
        {
            int own = page - (page % writers) + writer;
            return own < Pages ? own : own - writers;
        }

        private void HarvestUntilTheEnd(Barrier start)
        {
            var random = new Random(seed);
            start.SignalAndWait();
            for (int i = 0; Volatile.Read(ref finished) < writers; i++)
            {
                int first = i % 3 == 0 ? 0 : random.Next(Pages);
                Copy(first, i % 3 == 0 ? Pages : random.Next(Pages - first + 1));
            }

            Copy(0, Pages);
        }

        private void Copy(int first, int count)
        {
            foreach (ulong page in PageCollector.Harvest(bitmap, (ulong)first, (ulong)count))
            {
                harvested[page] = true;
                copy[page] = Volatile.Read(ref memory[page]);
            }
        }
    }
}
