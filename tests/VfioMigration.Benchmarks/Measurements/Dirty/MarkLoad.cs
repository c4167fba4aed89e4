using System.Diagnostics;

using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Benchmarks.Measurements.Dirty;

/// <summary>The marks that <c>native/dirty_bitmap.c</c> makes, on our bitmap.</summary>
/// <param name="LogPages">Size of the map, as a power of two of 4 KiB pages.</param>
/// <param name="LogMarks">Marks of all threads, as a power of two; every one is another page.</param>
/// <param name="IsRandom">All over the map, else one page after the other.</param>
internal sealed record MarkLoad(int LogPages, int LogMarks, bool IsRandom, int Threads)
{
    private const int Passes = 3;

    private ulong Pages => 1UL << LogPages;

    private ulong MarksPerThread => (1UL << LogMarks) / (ulong)Threads;

    /// <summary>Words of the command line of the C program.</summary>
    internal IReadOnlyList<string> Arguments(string unit) =>
        ["mark", unit, IsRandom ? "random" : "sequential", $"{LogPages}", $"{LogMarks}", $"{Threads}"];

    /// <summary>Nanoseconds per mark, the best of several passes: pages that are clean, and the same pages once more.</summary>
    internal (double First, double Repeated) Run(DirtyBitmap bitmap)
    {
        (double First, double Repeated) best = (double.MaxValue, double.MaxValue);
        var drop = default(DroppingSink);
        for (int i = 0; i < Passes; i++)
        {
            bitmap.Harvest(0, Pages, ref drop);
            best = (Math.Min(best.First, Pass(bitmap)), Math.Min(best.Repeated, Pass(bitmap)));
        }

        return best;
    }

    private double Pass(DirtyBitmap bitmap)
    {
        using var ready = new Barrier(Threads);
        var took = new TimeSpan[Threads];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            ulong begin = Begin((ulong)number);
            ready.SignalAndWait();
            took[number] = Time(bitmap, begin);
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        return took.Max().TotalNanoseconds / (1UL << LogMarks);
    }

    private ulong Begin(ulong number)
    {
        if (!IsRandom)
        {
            return number * MarksPerThread;
        }

        ulong page = 0;
        for (ulong i = 0; i < number * MarksPerThread; i++)
        {
            page = Next(page, Pages - 1);
        }

        return page;
    }

    private TimeSpan Time(DirtyBitmap bitmap, ulong begin)
    {
        long start = Stopwatch.GetTimestamp();
        if (IsRandom)
        {
            MarkRandom(bitmap, begin, MarksPerThread, Pages - 1);
        }
        else
        {
            MarkSequential(bitmap, begin, begin + MarksPerThread);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The loop alone: next to the calls that take the time, the compiler would keep its variables in memory.</summary>
    private static void MarkSequential(DirtyBitmap bitmap, ulong begin, ulong end)
    {
        for (ulong page = begin; page < end; page++)
        {
            bitmap.Mark(page);
        }
    }

    private static void MarkRandom(DirtyBitmap bitmap, ulong begin, ulong count, ulong mask)
    {
        ulong page = begin;
        for (ulong i = 0; i < count; i++)
        {
            bitmap.Mark(page);
            page = Next(page, mask);
        }
    }

    /// <summary>A full-period generator: as many different pages as there are steps.</summary>
    private static ulong Next(ulong page, ulong mask) => ((page * 6364136223846793005) + 1442695040888963407) & mask;
}
