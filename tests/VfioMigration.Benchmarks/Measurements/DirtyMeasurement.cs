using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

using VfioMigration.Benchmarks.Measurements.Dirty;
using VfioMigration.Benchmarks.Processes;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>The dirty bitmap against atomic bitmaps in C, in turns.</summary>
internal sealed class DirtyMeasurement(NativeTools tools, BenchmarkOptions options) : IMeasurement
{
    private const int LargeMap = 28;
    private const int SmallMap = 20;
    private const int LargeMarks = 24;
    private const int Bytes = 1 << (LargeMap - 3);
    private const int WarmUps = 4;

    private static readonly TimeSpan WarmUpPause = TimeSpan.FromMilliseconds(300);

    private static readonly HarvestLoad[] Harvests = [new("clean", 0), new("sparse", 4096), new("all", 1)];

    public void Run(Report report)
    {
        CompareMarks(report, LargeMap, LargeMarks);
        CompareMarks(report, SmallMap, SmallMap);
        CompareHarvests(report);
        Allocations(report);
    }

    private void CompareMarks(Report report, int logPages, int logMarks)
    {
        report.Table(
            $"dirty: marks in a map of {1UL << (logPages - 18)} GiB, 4 KiB pages",
            $"Nanoseconds per mark, one page each, {1 << logMarks} pages; with two threads elapsed time over the marks of both. first: the page "
            + "is clean; repeated: it is dirty already. C is a relaxed atomic OR. "
            + $"{options.Rounds} interleaved rounds, each the best of 3 passes; every number is the median. Speed above 1 is faster than C.",
            "pattern",
            "threads",
            "marks",
            "ours ns",
            "C words ns",
            "C bytes ns",
            "speed / C words",
            "lowest",
            "highest");
        DirtyBitmap bitmap = Resident(logPages);
        foreach (bool random in (bool[])[false, true])
        {
            Warm(() => new MarkLoad(logPages, SmallMap, random, 1).Run(bitmap));
            foreach (int threads in (int[])[1, 2])
            {
                WriteMarks(report, new MarkLoad(logPages, logMarks, random, threads), bitmap);
            }
        }
    }

    private void WriteMarks(Report report, MarkLoad load, DirtyBitmap bitmap)
    {
        var rounds = Rounds(
            () => load.Run(bitmap),
            () => Pair(tools.RunDirtyBitmap(load.Arguments("word"))),
            () => Pair(tools.RunDirtyBitmap(load.Arguments("byte"))));
        string pattern = load.IsRandom ? "random" : "sequential";
        Write("first", cost => cost.First);
        Write("repeated", cost => cost.Repeated);

        void Write(string name, Func<(double First, double Repeated), double> pick)
        {
            double[] speeds = [.. rounds.Select(round => pick(round[1]) / pick(round[0]))];
            report.Ratio($"dirty: {name} {pattern} marks, {load.Threads} threads, in {1UL << (load.LogPages - 18)} GiB, over C words", 1 / Statistics.Median(speeds));
            report.Row(
                pattern,
                $"{load.Threads}",
                name,
                Text(rounds.Select(round => pick(round[0]))),
                Text(rounds.Select(round => pick(round[1]))),
                Text(rounds.Select(round => pick(round[2]))),
                Text(speeds),
                Text([speeds.Min()]),
                Text([speeds.Max()]));
        }
    }

    private void CompareHarvests(Report report)
    {
        report.Table(
            $"dirty: harvest of {1UL << (LargeMap - 18)} GiB, 4 KiB pages, into a bitmap",
            $"Microseconds to read and clear everything. sparse: one page in 4096. memcpy copies {Bytes >> 20} MiB, a bitmap of that size, once. "
            + $"{options.Rounds} interleaved rounds, each the best of 5; every number is the median.",
            "dirty",
            "ours us",
            "C words us",
            "C bytes us",
            "memcpy us",
            "C words / ours",
            "C bytes / ours",
            "ours / memcpy");
        DirtyBitmap bitmap = Resident(LargeMap);
        Memory<byte> target = Aligned(Bytes);
        foreach (HarvestLoad load in Harvests)
        {
            Warm(() => load.Run(bitmap, target));
            double[][] rounds = Rounds(
                () => load.Run(bitmap, target) / 1000,
                () => tools.RunDirtyBitmap(load.Arguments("word", LargeMap))[0] / 1000,
                () => tools.RunDirtyBitmap(load.Arguments("byte", LargeMap))[0] / 1000,
                () => tools.RunDirtyBitmap(["copy", $"{Bytes}"])[0] / 1000);
            report.Ratio($"dirty: harvest, {load.Name}, over memcpy", Statistics.Median(rounds.Select(round => round[0] / round[3])));
            report.Row(
                load.Name,
                Text(rounds.Select(round => round[0])),
                Text(rounds.Select(round => round[1])),
                Text(rounds.Select(round => round[2])),
                Text(rounds.Select(round => round[3])),
                Text(rounds.Select(round => round[1] / round[0])),
                Text(rounds.Select(round => round[2] / round[0])),
                Text(rounds.Select(round => round[0] / round[3])));
        }
    }

    private static void Allocations(Report report)
    {
        const int Marks = 1 << SmallMap;
        var bitmap = new DirtyBitmap(Marks);
        byte[] target = new byte[Marks / 8];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong page = 0; page < Marks; page++)
        {
            bitmap.Mark(page);
        }

        long marked = GC.GetAllocatedBytesForCurrentThread();
        var sink = new BitmapSink(target, 0);
        bitmap.Harvest(0, bitmap.Pages, ref sink);
        long harvested = GC.GetAllocatedBytesForCurrentThread();
        report.Table("dirty: allocated", "GC.GetAllocatedBytesForCurrentThread.", "operation", "times", "bytes");
        report.Row("mark", $"{Marks}", $"{marked - before}");
        report.Row("harvest", "1", $"{harvested - marked}");
    }

    /// <summary>Both sides of it were touched in order, as the C program does with its memory; no first mark waits for a page of the kernel.</summary>
    private static DirtyBitmap Resident(int logPages)
    {
        var bitmap = new DirtyBitmap(1UL << logPages);
        var drop = default(DroppingSink);
        for (int side = 0; side < 2; side++)
        {
            bitmap.Mark(0, bitmap.Pages);
            bitmap.Harvest(0, bitmap.Pages, ref drop);
        }

        return bitmap;
    }

    /// <summary>Begins a cache line, as what mmap gives to the C program does.</summary>
    private static Memory<byte> Aligned(int bytes)
    {
        const int CacheLine = 64;
        byte[] array = GC.AllocateArray<byte>(bytes + CacheLine, pinned: true);
        return array.AsMemory((int)(-Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) & (CacheLine - 1)), bytes);
    }

    /// <summary>One row per round, one column per side; the side that begins changes, so that a drift of the machine hits all alike.</summary>
    private T[][] Rounds<T>(params Func<T>[] sides)
    {
        var rounds = new T[options.Rounds][];
        for (int round = 0; round < rounds.Length; round++)
        {
            rounds[round] = new T[sides.Length];
            for (int turn = 0; turn < sides.Length; turn++)
            {
                int side = (round + turn) % sides.Length;
                rounds[round][side] = sides[side]();
            }
        }

        return rounds;
    }

    /// <summary>Several times with pauses: the second tier's compiler waits until no new method was called for a while.</summary>
    private static void Warm<T>(Func<T> load)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                load();
            }
            while (Stopwatch.GetElapsedTime(start) < WarmUpPause);
        }
    }

    private static (double First, double Repeated) Pair(double[] fields) => (fields[0], fields[1]);

    private static string Text(IEnumerable<double> numbers) => Statistics.Median(numbers).ToString("F2", CultureInfo.InvariantCulture);
}
