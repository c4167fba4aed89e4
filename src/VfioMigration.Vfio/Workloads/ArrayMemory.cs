using System.Buffers;

namespace VfioMigration.Vfio.Workloads;

/// <summary>An array, for use without an operating system's memory.</summary>
internal sealed class ArrayMemory(int length) : MemoryManager<byte>
{
    private readonly byte[] bytes = new byte[length];

    public override Span<byte> GetSpan() => bytes;

    public override MemoryHandle Pin(int elementIndex = 0) => bytes.AsMemory(elementIndex).Pin();

    /// <summary>The handle of the array's own pin undoes it.</summary>
    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
