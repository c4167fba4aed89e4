using System.Buffers;

using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Memory for guests that says how much of it is not given back, and notices when it is used afterwards.</summary>
internal sealed class CountingAllocator
{
    private int live;
    private int usedAfterDisposal;

    internal int Live => Volatile.Read(ref live);

    internal int UsedAfterDisposal => Volatile.Read(ref usedAfterDisposal);

    /// <summary>Pieces given at the same time; more is ENOMEM.</summary>
    internal int Max { get; set; } = int.MaxValue;

    internal Result<MemoryManager<byte>> Allocate(int length)
    {
        if (Interlocked.Increment(ref live) > Max)
        {
            Interlocked.Decrement(ref live);
            return Errno.ENOMEM;
        }

        return new Piece(this, length);
    }

    private sealed class Piece(CountingAllocator owner, int length) : MemoryManager<byte>
    {
        private readonly byte[] bytes = new byte[length];
        private int disposed;

        public override Span<byte> GetSpan()
        {
            if (Volatile.Read(ref disposed) != 0)
            {
                Interlocked.Increment(ref owner.usedAfterDisposal);
            }

            return bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                Interlocked.Decrement(ref owner.live);
            }
        }
    }
}
