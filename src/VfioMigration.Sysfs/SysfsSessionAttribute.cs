using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A file that is a session: everybody who opens it has a conversation of his own (R26). Sysfs has no such files, because its attributes know
/// of no open files; proc and debugfs have.
/// </summary>
public sealed class SysfsSessionAttribute<T>(string name, Func<T, IAttributeSession> open, uint mode = 0x1A4 /* 0644 */)
    : SysfsUnbufferedAttribute(name, mode)
    where T : Kobject
{
    public override int Size => KernfsOpenFile.PageSize;

    internal override Result<int> Read(Kobject kobject, ref object? state, long offset, Span<byte> destination, CancellationToken interrupted)
    {
        IAttributeSession session = SessionOf(kobject, ref state);
        lock (session)
        {
            return session.Read(destination);
        }
    }

    internal override Result<int> Write(Kobject kobject, ref object? state, long offset, ReadOnlySpan<byte> source, CancellationToken interrupted)
    {
        IAttributeSession session = SessionOf(kobject, ref state);
        ReadOnlySpan<byte> page = source[..Math.Min(source.Length, KernfsOpenFile.PageSize)];
        lock (session)
        {
            Errno error = session.Write(page);
            return error == Errno.None ? page.Length : error;
        }
    }

    private IAttributeSession SessionOf(Kobject kobject, ref object? state)
    {
        if (Volatile.Read(ref state) is null)
        {
            Interlocked.CompareExchange(ref state, open((T)kobject), null);
        }

        return (IAttributeSession)state!;
    }
}
