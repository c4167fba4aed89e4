using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Benchmarks.Measurements.Dirty;

/// <summary>For a harvest that only empties the set.</summary>
internal readonly struct DroppingSink : IDirtySink
{
    public void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words)
    {
    }
}
