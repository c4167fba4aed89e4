using System.Buffers;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// One mapping of <see cref="AnonymousMemory"/>. The use of a span cannot be tracked: the owner ensures before disposing the mapping that
/// no span is in use. Spans requested afterwards are refused.
/// </summary>
internal sealed unsafe class AnonymousMapping : MemoryManager<byte>
{
    private const int PROT_READ_WRITE = 3;
    private const int MAP_PRIVATE = 0x2;
    private const int MAP_ANONYMOUS = 0x20;
    private const int MAP_NORESERVE = 0x4000;

    private readonly int length;
    private readonly Action unmapped;
    private nint start;

    private AnonymousMapping(void* start, int length, Action unmapped)
    {
        this.start = (nint)start;
        this.length = length;
        this.unmapped = unmapped;
    }

    internal static Result<AnonymousMapping> Create(int length, Action unmapped)
    {
        void* start = LibC.MemoryMap(null, (nuint)length, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        return (nint)start == -1 ? PosixErrno.Last : new AnonymousMapping(start, length, unmapped);
    }

    public override Span<byte> GetSpan() => new((void*)LiveStart(), length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
        return new MemoryHandle((byte*)LiveStart() + elementIndex, pinnable: this);
    }

    /// <summary>The memory never moves.</summary>
    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        nint mapped = Interlocked.Exchange(ref start, 0);
        if (mapped != 0)
        {
            _ = LibC.MemoryUnmap((void*)mapped, (nuint)length);
            unmapped();
        }
    }

    private nint LiveStart()
    {
        nint mapped = Volatile.Read(ref start);
        ObjectDisposedException.ThrowIf(mapped == 0, this);
        return mapped;
    }
}
