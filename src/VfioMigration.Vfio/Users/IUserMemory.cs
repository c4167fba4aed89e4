using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Users;

/// <summary>The memory of the caller of an ioctl (copy_from_user and copy_to_user).</summary>
public interface IUserMemory
{
    /// <summary>All of the bytes, or EFAULT.</summary>
    Errno Read(ulong address, Span<byte> destination);

    /// <summary>All of the bytes, or EFAULT; some may have been written then.</summary>
    Errno Write(ulong address, ReadOnlySpan<byte> source);
}
