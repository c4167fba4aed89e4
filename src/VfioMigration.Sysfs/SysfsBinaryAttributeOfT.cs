using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>A binary attribute of kobjects of type <typeparamref name="T"/>, made of functions.</summary>
public sealed class SysfsBinaryAttribute<T>(
    string name,
    uint mode,
    int size,
    BinaryReadMethod<T>? read,
    BinaryWriteMethod<T>? write,
    Func<T, SafeHandle?>? backing = null) : SysfsBinaryAttribute(name, mode, size)
    where T : Kobject
{
    internal override SafeHandle? BackingFile(Kobject kobject) => backing?.Invoke((T)kobject);

    private protected override Result<int> ReadWithin(Kobject kobject, long offset, Span<byte> destination) =>
        read is null ? Errno.EIO : read((T)kobject, offset, destination);

    private protected override Result<int> WriteWithin(Kobject kobject, long offset, ReadOnlySpan<byte> source) =>
        write is null ? Errno.EIO : write((T)kobject, offset, source);
}
