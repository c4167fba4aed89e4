using System.Buffers;
using System.Diagnostics.CodeAnalysis;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// Memory that others can map: a memfd(2) that can neither grow nor shrink, mapped here. Unmapped by the garbage collector, when the object is not referenced
/// any more; users of a span keep the object alive until done (<see cref="GC.KeepAlive"/>).
/// </summary>
[SuppressMessage("Reliability", "CA2015", Justification = "Unmapping early would be worse: a client's mapping does not end with ours.")]
public sealed unsafe class SharedMemory : MemoryManager<byte>
{
    private const uint MFD_CLOEXEC = 1;
    private const uint MFD_ALLOW_SEALING = 2;
    private const int F_ADD_SEALS = 1033;
    private const int F_SEAL_SEAL = 1;
    private const int F_SEAL_SHRINK = 2;
    private const int F_SEAL_GROW = 4;
    private const int PROT_READ_WRITE = 3;
    private const int MAP_SHARED = 1;

    private readonly byte* start;
    private readonly int length;

    private SharedMemory(FileDescriptor file, byte* start, int length)
    {
        File = file;
        this.start = start;
        this.length = length;
    }

    ~SharedMemory() => Dispose(disposing: false);

    /// <summary>The memory as a file.</summary>
    public FileDescriptor File { get; }

    /// <param name="name">Shown in /proc.</param>
    /// <param name="length">Bytes, a positive multiple of the page size. All zero.</param>
    /// <returns>The memory; ENOMEM, EMFILE or ENOSYS as from the system calls.</returns>
    public static Result<SharedMemory> Create(string name, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        int fd = LibC.MemfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (fd < 0)
        {
            return PosixErrno.Last;
        }

        var file = new FileDescriptor(fd);
        if (LibC.Truncate(fd, length) != 0 || LibC.Fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) < 0)
        {
            Errno error = PosixErrno.Last;
            file.Dispose();
            return error;
        }

        void* start = LibC.MemoryMap(null, (nuint)length, PROT_READ_WRITE, MAP_SHARED, fd, 0);
        if ((nint)start == -1)
        {
            Errno error = PosixErrno.Last;
            file.Dispose();
            return error;
        }

        return new SharedMemory(file, (byte*)start, length);
    }

    public override Span<byte> GetSpan() => new(start, length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
        return new MemoryHandle(start + elementIndex, pinnable: this);
    }

    /// <summary>The memory never moves.</summary>
    public override void Unpin()
    {
    }

    /// <summary>Only the collector may unmap: the use of a span cannot be tracked.</summary>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            _ = LibC.MemoryUnmap(start, (nuint)length);
        }
    }
}
