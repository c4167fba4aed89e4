using System.Runtime.InteropServices;

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
public abstract class SysfsBinaryAttribute : SysfsUnbufferedAttribute
{
    private protected SysfsBinaryAttribute(string name, uint mode, int size)
        : base(name, mode) => Size = UnprivilegedSize = size;

    public override int Size { get; }

    /// <summary>How much of it callers without privileges can read.</summary>
    public int UnprivilegedSize { get; init; }

    /// <summary>A file with the same bytes, which may be mapped instead; null where there is none.</summary>
    internal abstract SafeHandle? BackingFile(Kobject kobject);

    internal sealed override Result<int> Read(
        Kobject kobject, ref object? state, long offset, Span<byte> destination, KernfsCaller caller)
    {
        int most = (int)Math.Min(destination.Length, Math.Max(0, (caller.IsUnprivileged ? UnprivilegedSize : Size) - offset));
        return most == 0 ? 0 : Bounded(most, ReadWithin(kobject, offset, destination[..most]));
    }

    internal sealed override Result<int> Write(
        Kobject kobject, ref object? state, long offset, ReadOnlySpan<byte> source, KernfsCaller caller)
    {
        int most = (int)Math.Min(source.Length, Math.Max(0, Size - offset));
        return offset >= Size ? Errno.EFBIG : Bounded(most, WriteWithin(kobject, offset, source[..most]));
    }

    /// <summary>An attribute that claims to have moved fewer bytes than none, or more than there were, has a bug: EIO.</summary>
    private static Result<int> Bounded(int most, Result<int> moved) =>
        moved.TryGet(out int count) && (count < 0 || count > most) ? Errno.EIO : moved;

    private protected abstract Result<int> ReadWithin(Kobject kobject, long offset, Span<byte> destination);

    private protected abstract Result<int> WriteWithin(Kobject kobject, long offset, ReadOnlySpan<byte> source);
}
