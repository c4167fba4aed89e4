using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>Reads from or writes to a position of a binary attribute; the bytes moved.</summary>
public delegate Result<int> BinaryReadMethod<in T>(T owner, long offset, Span<byte> destination);

/// <summary>See <see cref="BinaryReadMethod{T}"/>.</summary>
public delegate Result<int> BinaryWriteMethod<in T>(T owner, long offset, ReadOnlySpan<byte> source);

/// <summary>
/// A file of bytes with positions (<c>struct bin_attribute</c>). Reads beyond the size give 0, writes beyond it EFBIG, both are cut at it
/// (<c>fs/sysfs/file.c</c>).
/// </summary>
public abstract class SysfsBinaryAttribute : KernfsAttribute
{
    private protected SysfsBinaryAttribute(string name, uint mode, int size)
        : base(name, mode) => Size = size;

    public override int Size { get; }

    internal Result<int> Read(Kobject kobject, long offset, Span<byte> destination) =>
        offset >= Size ? 0 : ReadWithin(kobject, offset, destination[..(int)Math.Min(destination.Length, Size - offset)]);

    internal Result<int> Write(Kobject kobject, long offset, ReadOnlySpan<byte> source) =>
        offset >= Size ? Errno.EFBIG : WriteWithin(kobject, offset, source[..(int)Math.Min(source.Length, Size - offset)]);

    private protected abstract Result<int> ReadWithin(Kobject kobject, long offset, Span<byte> destination);

    private protected abstract Result<int> WriteWithin(Kobject kobject, long offset, ReadOnlySpan<byte> source);
}
