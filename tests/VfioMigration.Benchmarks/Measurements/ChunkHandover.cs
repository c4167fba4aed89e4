using System.Collections.Concurrent;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>A few buffers that go back and forth between a thread that fills them and one that empties them.</summary>
internal sealed class ChunkHandover
{
    private const int Buffers = 3;

    private readonly BlockingCollection<byte[]> empty = [];
    private readonly BlockingCollection<(byte[] Chunk, int Length)> full = [];

    internal ChunkHandover(int size)
    {
        for (int i = 0; i < Buffers; i++)
        {
            empty.Add(new byte[size]);
        }
    }

    internal byte[] TakeEmpty() => empty.Take();

    internal void PutEmpty(byte[] chunk) => empty.Add(chunk);

    internal byte[] TakeFull(out int length)
    {
        (byte[] chunk, length) = full.Take();
        return chunk;
    }

    internal void PutFull(byte[] chunk, int length) => full.Add((chunk, length));
}
