using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Dma;

/// <summary>Memory of this process.</summary>
public sealed class ArrayDmaMemory(Memory<byte> memory) : DmaMemory
{
    public override ulong Length => (ulong)memory.Length;

    public override Errno Read(ulong offset, Span<byte> destination)
    {
        memory.Span.Slice((int)offset, destination.Length).CopyTo(destination);
        return Errno.None;
    }

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        source.CopyTo(memory.Span.Slice((int)offset, source.Length));
        return Errno.None;
    }
}
