using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>The next bytes; 0 at the end.</summary>
public delegate Result<int> StreamReadMethod<in T>(T owner, Span<byte> destination, CancellationToken interrupted);

/// <summary>Takes all of the bytes, or none.</summary>
public delegate Errno StreamWriteMethod<in T>(T owner, ReadOnlySpan<byte> source, CancellationToken interrupted);

/// <summary>A stream attribute of kobjects of type <typeparamref name="T"/>, made of functions; 0600.</summary>
public sealed class SysfsStreamAttribute<T>(string name, StreamReadMethod<T> read, StreamWriteMethod<T> write) : SysfsStreamAttribute(name, FileModes.Octal(600))
    where T : Kobject
{
    private protected override Result<int> Read(Kobject kobject, Span<byte> destination, CancellationToken interrupted)
    {
        Result<int> moved = read((T)kobject, destination, interrupted);
        return moved.TryGet(out int count) && (count < 0 || count > destination.Length) ? Errno.EIO : moved;
    }

    private protected override Result<int> Write(Kobject kobject, ReadOnlySpan<byte> source, CancellationToken interrupted)
    {
        Errno error = write((T)kobject, source, interrupted);
        return error == Errno.None ? source.Length : error;
    }
}
