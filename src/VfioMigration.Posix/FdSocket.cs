using System.Runtime.InteropServices;

using Mono.Unix.Native;

using Errno = VfioMigration.Uapi.Errno;

namespace VfioMigration.Posix;

/// <summary>Descriptors over UNIX sockets (SCM_RIGHTS, unix(7)).</summary>
public static class FdSocket
{
    /// <summary>No message of this product carries more.</summary>
    private const int MaxDescriptors = 8;

    /// <summary>A connected pair of stream sockets, both close-on-exec.</summary>
    public static (FileDescriptor First, FileDescriptor Second) Pair()
    {
        int result = Syscall.socketpair(
            UnixAddressFamily.AF_UNIX,
            UnixSocketType.SOCK_STREAM,
            UnixSocketFlags.SOCK_CLOEXEC,
            0,
            out int first,
            out int second);
        return result == 0
            ? (new FileDescriptor(first), new FileDescriptor(second))
            : throw new IOException($"socketpair: {Stdlib.GetLastError()}");
    }

    /// <summary>Sends one byte of data with the descriptors attached; they stay open here.</summary>
    public static Errno SendDescriptors(SafeHandle socket, params ReadOnlySpan<int> descriptors) => SendDescriptors(socket, 0, descriptors);

    /// <summary>As the other; the byte is <paramref name="note"/>.</summary>
    public static Errno SendDescriptors(SafeHandle socket, byte note, ReadOnlySpan<int> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, MaxDescriptors);
        ulong size = (ulong)(descriptors.Length * sizeof(int));
        var header = new Cmsghdr
        {
            cmsg_len = (long)Syscall.CMSG_LEN(size),
            cmsg_level = UnixSocketProtocol.SOL_SOCKET,
            cmsg_type = UnixSocketControlMessage.SCM_RIGHTS,
        };
        byte[] control = new byte[Syscall.CMSG_SPACE(size)];
        var message = new Msghdr { msg_control = control, msg_controllen = control.Length };
        header.WriteToBuffer(message, 0);
        MemoryMarshal.AsBytes(descriptors).CopyTo(control.AsSpan((int)Syscall.CMSG_DATA(message, 0)));
        return WithOneByte(message, ref note, () => Syscall.sendmsg((int)socket.DangerousGetHandle(), message, MessageFlags.MSG_NOSIGNAL)) > 0
            ? Errno.None
            : (Errno)NativeConvert.FromErrno(Stdlib.GetLastError());
    }

    /// <summary>Receives descriptors that were sent. ENODATA when the peer closed or sent no descriptor.</summary>
    public static Uapi.Result<FileDescriptor[]> ReceiveDescriptors(SafeHandle socket) => ReceiveDescriptors(socket, out _);

    /// <summary>As the other, with the byte that was sent.</summary>
    public static Uapi.Result<FileDescriptor[]> ReceiveDescriptors(SafeHandle socket, out byte note)
    {
        note = 0;
        byte[] control = new byte[Syscall.CMSG_SPACE(MaxDescriptors * sizeof(int))];
        var message = new Msghdr { msg_control = control, msg_controllen = control.Length };
        long count = WithOneByte(
            message,
            ref note,
            () => Syscall.recvmsg((int)socket.DangerousGetHandle(), message, MessageFlags.MSG_CMSG_CLOEXEC));
        if (count < 0)
        {
            return (Errno)NativeConvert.FromErrno(Stdlib.GetLastError());
        }

        if (count == 0 || message.msg_controllen == 0)
        {
            return Errno.ENODATA;
        }

        Cmsghdr header = Cmsghdr.ReadFromBuffer(message, 0);
        if (header.cmsg_level != UnixSocketProtocol.SOL_SOCKET || header.cmsg_type != UnixSocketControlMessage.SCM_RIGHTS)
        {
            return Errno.ENODATA;
        }

        int start = (int)Syscall.CMSG_DATA(message, 0);
        int length = (int)(header.cmsg_len - (long)Syscall.CMSG_LEN(0));
        ReadOnlySpan<int> numbers = MemoryMarshal.Cast<byte, int>(control.AsSpan(start, length));
        var received = new FileDescriptor[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            received[i] = new FileDescriptor(numbers[i]);
        }

        return received;
    }

    /// <summary>Receives exactly one descriptor.</summary>
    public static Uapi.Result<FileDescriptor> ReceiveDescriptor(SafeHandle socket)
    {
        Uapi.Result<FileDescriptor[]> received = ReceiveDescriptors(socket);
        return received.TryGet(out FileDescriptor[] all) && all.Length == 1 ? all[0] : received.IsOk ? Errno.ENODATA : received.Error;
    }

    /// <summary>SCM_RIGHTS needs at least one byte of ordinary data.</summary>
    private static unsafe long WithOneByte(Msghdr message, ref byte note, Func<long> call)
    {
        byte data = note;
        message.msg_iov = [new Iovec { iov_base = (IntPtr)(&data), iov_len = 1 }];
        message.msg_iovlen = 1;
        long count = call();
        note = data;
        return count;
    }
}
