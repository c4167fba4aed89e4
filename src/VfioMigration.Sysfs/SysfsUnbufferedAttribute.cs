using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>A file whose reads and writes reach the attribute as they come; a text attribute is rendered whole instead.</summary>
public abstract class SysfsUnbufferedAttribute : KernfsAttribute
{
    private protected SysfsUnbufferedAttribute(string name, uint mode)
        : base(name, mode)
    {
    }

    /// <param name="kobject">Owner of the directory.</param>
    /// <param name="state">Belongs to the open file and begins as null; the attribute may keep something there. Several threads may be inside at once.</param>
    /// <param name="offset">The offset in the request.</param>
    /// <param name="destination">Room.</param>
    /// <param name="caller">Who reads; EINTR when he does not wait any more.</param>
    internal abstract Result<int> Read(Kobject kobject, ref object? state, long offset, Span<byte> destination, KernfsCaller caller);

    /// <summary>As <see cref="Read"/>.</summary>
    internal abstract Result<int> Write(Kobject kobject, ref object? state, long offset, ReadOnlySpan<byte> source, KernfsCaller caller);
}
