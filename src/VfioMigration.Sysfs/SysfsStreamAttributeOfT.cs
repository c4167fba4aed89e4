using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>The next bytes; 0 at the end.</summary>
public delegate Result<int> StreamReadMethod<in TSession>(TSession session, Span<byte> destination, CancellationToken interrupted);

/// <summary>Takes all of the bytes, or none.</summary>
public delegate Errno StreamWriteMethod<in TSession>(TSession session, ReadOnlySpan<byte> source, CancellationToken interrupted);

/// <summary>A stream attribute of kobjects of type <typeparamref name="T"/>, made of functions; 0600.</summary>
/// <param name="name">The file's name.</param>
/// <param name="open">What a file that is opened now belongs to; opening is ENODEV for null.</param>
/// <param name="read">Reads of it; ENODEV when it is over.</param>
/// <param name="write">Writes to it; likewise.</param>
public sealed class SysfsStreamAttribute<T, TSession>(string name, Func<T, TSession?> open, StreamReadMethod<TSession> read, StreamWriteMethod<TSession> write)
    : SysfsStreamAttribute(name, FileModes.Octal(600))
    where T : Kobject
    where TSession : class
{
    internal override Result<object> Open(Kobject kobject) => open((T)kobject) is { } session ? session : Errno.ENODEV;

    private protected override Result<int> Read(object session, Span<byte> destination, CancellationToken interrupted)
    {
        Result<int> moved = read((TSession)session, destination, interrupted);
        return moved.TryGet(out int count) && (count < 0 || count > destination.Length) ? Errno.EIO : moved;
    }

    private protected override Result<int> Write(object session, ReadOnlySpan<byte> source, CancellationToken interrupted)
    {
        Errno error = write((TSession)session, source, interrupted);
        return error == Errno.None ? source.Length : error;
    }
}
