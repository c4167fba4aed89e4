namespace VfioMigration.Benchmarks.Measurements;

/// <summary>
/// A few buffers that go round between a thread that fills them and one that empties them. Each waits for the other by spinning: waking a
/// thread would cost more than its copy.
/// </summary>
internal sealed class ChunkHandover
{
    private const int Buffers = 4;

    private readonly byte[][] chunks;
    private readonly int[] lengths = new int[Buffers];
    private long filled;
    private long emptied;

    internal ChunkHandover(int size) => chunks = [.. Enumerable.Range(0, Buffers).Select(_ => new byte[size])];

    /// <summary>The next buffer to fill.</summary>
    internal byte[] TakeEmpty()
    {
        var spin = default(SpinWait);
        while (filled - Volatile.Read(ref emptied) == Buffers)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return chunks[filled % Buffers];
    }

    internal void PutFull(int length)
    {
        lengths[filled % Buffers] = length;
        Volatile.Write(ref filled, filled + 1);
    }

    /// <summary>The next buffer that was filled.</summary>
    internal ReadOnlySpan<byte> TakeFull()
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref filled) == emptied)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return chunks[emptied % Buffers].AsSpan(0, lengths[emptied % Buffers]);
    }

    internal void PutEmpty() => Volatile.Write(ref emptied, emptied + 1);
}
