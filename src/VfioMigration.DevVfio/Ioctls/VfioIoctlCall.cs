using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Users;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>One ioctl under way.</summary>
/// <param name="Client">Who calls.</param>
/// <param name="Argument">The third argument: a number, or a pointer into the caller's memory.</param>
public readonly record struct VfioIoctlCall(VfioClient Client, ulong Argument)
{
    /// <summary>Reads what is behind the structure that the argument points to. EFAULT.</summary>
    public Errno Get<T>(int offset, out T value)
        where T : unmanaged => Client.Get(Argument + (ulong)offset, out value);

    /// <summary>Writes into the structure that the argument points to, or behind it. EFAULT.</summary>
    public Errno Put<T>(int offset, in T value)
        where T : unmanaged => Client.Put(Argument + (ulong)offset, value);
}
