using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Hands out given chunks, each cut as the reader's buffers cut it.</summary>
internal sealed class ChunkedSavingStream(params byte[][] chunks) : SavingStream
{
    private readonly Queue<byte[]> left = new(chunks);

    /// <summary>At the end; none for 0 bytes.</summary>
    internal Errno AtEnd { get; set; }

    internal Func<PrecopyInfo> Info { get; set; } = static () => default;

    /// <summary>Asked before every read; may throw.</summary>
    internal Action BeforeRead { get; set; } = static () => { };

    /// <summary>How many calls of <see cref="Read"/> there were.</summary>
    internal int Reads { get; private set; }

    public override ulong PendingBytes => (ulong)left.Sum(chunk => chunk.Length);

    internal void Add(byte[] chunk) => left.Enqueue(chunk);

    public override Result<int> Read(Span<byte> destination)
    {
        BeforeRead();
        Reads++;
        if (left.Count == 0)
        {
            return AtEnd != Errno.None ? AtEnd : default(Result<int>);
        }

        byte[] chunk = left.Peek();
        int count = Math.Min(chunk.Length, destination.Length);
        chunk.AsSpan(0, count).CopyTo(destination);
        left.Dequeue();
        if (count < chunk.Length)
        {
            byte[][] behind = [.. left];
            left.Clear();
            Array.ForEach<byte[]>([chunk[count..], .. behind], left.Enqueue);
        }

        return count;
    }

    public override Result<PrecopyInfo> GetPrecopyInfo() => Info();
}
