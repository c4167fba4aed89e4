using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Dma;

/// <summary>Memory that several mappings share; it ends with the last of them. It begins with one user.</summary>
public sealed class SharedDmaMemory(DmaMemory memory) : DmaMemory
{
    private int users = 1;

    public override ulong Length => memory.Length;

    public override Errno Read(ulong offset, Span<byte> destination) => memory.Read(offset, destination);

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source) => memory.Write(offset, source);

    /// <summary>One more mapping. Pairs with <see cref="Release"/>.</summary>
    public void AddUser() => Interlocked.Increment(ref users);

    public override void Release()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            memory.Release();
        }
    }
}
