using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A file without positions, like a pipe: every read takes the next bytes of something, every write adds to it, whatever the offset.
/// Sysfs has no such files; the emulator's own folder has.
/// </summary>
public abstract class SysfsStreamAttribute : SysfsUnbufferedAttribute
{
    private protected SysfsStreamAttribute(string name, uint mode)
        : base(name, mode)
    {
    }

    /// <summary>The length is not known in advance.</summary>
    public override int Size => 0;

    internal sealed override Result<int> Read(
        Kobject kobject, ref object? state, long offset, Span<byte> destination, CancellationToken interrupted) =>
        Read(kobject, destination, interrupted);

    internal sealed override Result<int> Write(
        Kobject kobject, ref object? state, long offset, ReadOnlySpan<byte> source, CancellationToken interrupted) =>
        Write(kobject, source, interrupted);

    private protected abstract Result<int> Read(Kobject kobject, Span<byte> destination, CancellationToken interrupted);

    /// <summary>All of the bytes are taken, or none.</summary>
    private protected abstract Result<int> Write(Kobject kobject, ReadOnlySpan<byte> source, CancellationToken interrupted);
}
