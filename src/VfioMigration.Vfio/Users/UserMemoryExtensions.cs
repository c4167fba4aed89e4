using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Users;

/// <summary>Structures in the memory of a caller.</summary>
public static class UserMemoryExtensions
{
    /// <summary>EFAULT, and a default value, when the memory cannot be read.</summary>
    public static Errno Get<T>(this IUserMemory memory, ulong address, out T value)
        where T : unmanaged
    {
        value = default;
        return memory.Read(address, MemoryMarshal.AsBytes(new Span<T>(ref value)));
    }

    /// <summary>EFAULT when the memory cannot be written.</summary>
    public static Errno Put<T>(this IUserMemory memory, ulong address, in T value)
        where T : unmanaged => memory.Write(address, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
}
