using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

/// <summary>Memory whose owner took it away.</summary>
internal sealed class FaultyDmaMemory(ulong length) : DmaMemory
{
    public override ulong Length => length;

    public override Errno Read(ulong offset, Span<byte> destination) => Errno.EFAULT;

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source) => Errno.EFAULT;
}
