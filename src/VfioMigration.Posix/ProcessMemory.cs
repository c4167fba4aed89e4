using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// The memory of another process while it waits for this one (process_vm_readv(2), process_vm_writev(2)): pages are written only where it could write them itself. Neither allocates. The caller must
/// know that the thread lives: an id is given to another one when it has ended.
/// </summary>
public static unsafe class ProcessMemory
{
    /// <summary>EFAULT: not all of it can be read. EPERM: this process may not trace that one. ESRCH: there is no such thread.</summary>
    /// <param name="thread">The id of any of its threads.</param>
    /// <param name="address">In its memory.</param>
    /// <param name="destination">Filled completely on success.</param>
    public static Errno Read(int thread, ulong address, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return Errno.None;
        }

        fixed (byte* pointer = destination)
        {
            var local = new IoVector { Base = pointer, Length = (nuint)destination.Length };
            var remote = new IoVector { Base = (void*)address, Length = local.Length };
            return Complete(LibC.ProcessRead(thread, &local, 1, &remote, 1, 0), destination.Length);
        }
    }

    /// <summary>As <see cref="Read"/>; some bytes may have been written when it fails.</summary>
    public static Errno Write(int thread, ulong address, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            return Errno.None;
        }

        fixed (byte* pointer = source)
        {
            var local = new IoVector { Base = pointer, Length = (nuint)source.Length };
            var remote = new IoVector { Base = (void*)address, Length = local.Length };
            return Complete(LibC.ProcessWrite(thread, &local, 1, &remote, 1, 0), source.Length);
        }
    }

    /// <summary>Addresses above half of the range are refused by the system with EINVAL or EFAULT; both are the caller's bad pointer.</summary>
    private static Errno Complete(nint count, int wanted) =>
        count == wanted ? Errno.None
        : count >= 0 ? Errno.EFAULT
        : PosixErrno.Last is var error && error == Errno.EINVAL ? Errno.EFAULT
        : error;
}
