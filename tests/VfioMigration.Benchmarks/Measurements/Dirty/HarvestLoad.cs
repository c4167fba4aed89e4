using System.Diagnostics;

using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Benchmarks.Measurements.Dirty;

/// <summary>The harvests that <c>native/dirty_bitmap.c</c> makes, of our bitmap.</summary>
/// <param name="Name">What the C program calls it.</param>
/// <param name="Distance">From one dirty page to the next; 0 when none is dirty.</param>
internal sealed record HarvestLoad(string Name, ulong Distance)
{
    private const int Passes = 5;

    /// <summary>Words of the command line of the C program.</summary>
    internal IReadOnlyList<string> Arguments(string unit, int logPages) => ["harvest", unit, Name, $"{logPages}"];

    /// <summary>Nanoseconds of one harvest of everything into a bitmap, the best of several.</summary>
    internal double Run(DirtyBitmap bitmap, Memory<byte> target)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Passes; i++)
        {
            target.Span.Clear();
            Fill(bitmap);
            long start = Stopwatch.GetTimestamp();
            var sink = new BitmapSink(target.Span, 0);
            bitmap.Harvest(0, bitmap.Pages, ref sink);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    private void Fill(DirtyBitmap bitmap)
    {
        if (Distance == 1)
        {
            bitmap.Mark(0, bitmap.Pages);
            return;
        }

        for (ulong page = 0; Distance != 0 && page < bitmap.Pages; page += Distance)
        {
            bitmap.Mark(page);
        }
    }
}
