using System.Buffers;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>A part of a file of another process, mapped here. Only of a memfd(2) that is sealed against shrinking: an access behind the end of a file would end this process (SIGBUS).</summary>
public sealed unsafe class CallersFile : MemoryManager<byte>
{
    private const int F_GET_SEALS = 1034;
    private const int F_SEAL_SHRINK = 2;
    private const int PROT_READ_WRITE = 3;
    private const int MAP_SHARED = 1;

    private readonly byte* start;
    private int isUnmapped;

    private CallersFile(byte* start, int length)
    {
        this.start = start;
        Length = length;
    }

    public int Length { get; }

    /// <summary>
    /// Maps a range; the descriptor is closed then. EPERM, and it stays open: the file may shrink, or has no such range, or is no memfd. Else as mmap(2), and it stays open.
    /// </summary>
    /// <param name="file">Of the file.</param>
    /// <param name="offset">A multiple of the page size.</param>
    /// <param name="length">Bytes, at most 2^31 - 1.</param>
    public static Result<CallersFile> Map(FileDescriptor file, ulong offset, ulong length)
    {
        int seals = LibC.Fcntl(file.Number, F_GET_SEALS, 0);
        if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || offset + length < offset || offset + length > SizeOf(file))
        {
            return Errno.EPERM;
        }

        void* start = LibC.MemoryMap(null, (nuint)length, PROT_READ_WRITE, MAP_SHARED, file.Number, (nint)offset);
        if ((nint)start == -1)
        {
            return PosixErrno.Last;
        }

        file.Dispose();
        return new CallersFile((byte*)start, (int)length);
    }

    public override Span<byte> GetSpan() => new(start, Length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Length);
        return new MemoryHandle(start + elementIndex, pinnable: this);
    }

    /// <summary>The memory never moves.</summary>
    public override void Unpin()
    {
    }

    public void Dispose() => ((IDisposable)this).Dispose();

    /// <summary>The owner ensures that no span is in use.</summary>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref isUnmapped, 1) == 0)
        {
            _ = LibC.MemoryUnmap(start, (nuint)Length);
        }
    }

    private static ulong SizeOf(FileDescriptor file) =>
        Mono.Unix.Native.Syscall.fstat(file.Number, out Mono.Unix.Native.Stat stat) == 0 ? (ulong)stat.st_size : 0;
}
