using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

/// <summary>Memory in which every write takes until it is let go.</summary>
internal sealed class BlockingDmaMemory(ulong length) : DmaMemory, IDisposable
{
    private readonly ManualResetEventSlim entered = new();
    private readonly ManualResetEventSlim released = new();

    public override ulong Length => length;

    public void Dispose()
    {
        entered.Dispose();
        released.Dispose();
    }

    public override Errno Read(ulong offset, Span<byte> destination) => Errno.None;

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        entered.Set();
        return released.Wait(Background.Patience) ? Errno.None : Errno.EFAULT;
    }

    internal void WaitForWriter() => Assert.True(entered.Wait(Background.Patience));

    internal void Unblock() => released.Set();
}
