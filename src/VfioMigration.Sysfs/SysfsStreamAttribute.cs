using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A file without positions, like a pipe: every open file belongs to what was there when it was opened, every read takes its next bytes, every write adds to it. lseek and
/// accesses at an offset are ESPIPE, fsync is EINVAL, poll always says ready (<c>stream_open</c> of <c>fs/open.c</c>, and no methods). Sysfs has no such files; the emulator's
/// own folder has.
/// </summary>
public abstract class SysfsStreamAttribute : SysfsUnbufferedAttribute
{
    private protected SysfsStreamAttribute(string name, uint mode)
        : base(name, mode)
    {
    }

    /// <summary>The length is not known in advance.</summary>
    public override int Size => 0;

    /// <summary>What a file that is opened now belongs to; the errno of open(2) when there is nothing.</summary>
    internal abstract Result<object> Open(Kobject kobject);

    internal sealed override Result<int> Read(
        Kobject kobject, ref object? state, long offset, Span<byte> destination, KernfsCaller caller) =>
        Read(state!, destination, caller.Interrupted);

    internal sealed override Result<int> Write(
        Kobject kobject, ref object? state, long offset, ReadOnlySpan<byte> source, KernfsCaller caller) =>
        Write(state!, source, caller.Interrupted);

    private protected abstract Result<int> Read(object session, Span<byte> destination, CancellationToken interrupted);

    /// <summary>All of the bytes are taken, or none.</summary>
    private protected abstract Result<int> Write(object session, ReadOnlySpan<byte> source, CancellationToken interrupted);
}
