using System.Buffers.Binary;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// A NETLINK_KOBJECT_UEVENT socket. A message sent to port 0 is broadcast by the kernel to group 1 of the network namespace in
/// which the socket was opened, as if a kobject had sent it (<c>lib/kobject_uevent.c</c>, uevent_net_rcv); the kernel appends SEQNUM.
/// Needs CAP_SYS_ADMIN over the user namespace that owns the network namespace, else EPERM.
/// </summary>
public static unsafe class KobjectUeventSocket
{
    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int NETLINK_KOBJECT_UEVENT = 15;
    private const int SOL_SOCKET = 1;
    private const int SO_PROTOCOL = 38;
    private const int SO_DOMAIN = 39;
    private const int NetlinkHeaderSize = 16;
    private const int SocketAddressSize = 12;

    /// <summary>NLMSG_MIN_TYPE and NLM_F_REQUEST: what uevent_net_rcv accepts.</summary>
    private const ushort MessageType = 16;
    private const ushort MessageFlags = 1;

    public static Result<FileDescriptor> Open()
    {
        int fd = LibC.Socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
        return fd < 0 ? PosixErrno.Last : new FileDescriptor(fd);
    }

    /// <summary>True for a descriptor that <see cref="Open"/> made, here or in another process.</summary>
    public static bool IsOpenOn(FileDescriptor descriptor) =>
        Option(descriptor, SO_DOMAIN) == AF_NETLINK && Option(descriptor, SO_PROTOCOL) == NETLINK_KOBJECT_UEVENT;

    /// <param name="socket">From <see cref="Open"/>, possibly opened by another process in another namespace.</param>
    /// <param name="payload"><c>action@devpath</c> and the variables, each ended by NUL, without SEQNUM.</param>
    public static Errno Send(FileDescriptor socket, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[NetlinkHeaderSize + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), MessageType);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), MessageFlags);
        payload.CopyTo(message.AsSpan(NetlinkHeaderSize));

        Span<byte> address = stackalloc byte[SocketAddressSize];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, AF_NETLINK);
        fixed (byte* data = message)
        fixed (byte* to = address)
        {
            return LibC.SendTo(socket.Number, data, (nuint)message.Length, 0, to, SocketAddressSize) < 0
                ? PosixErrno.Last
                : Errno.None;
        }
    }

    /// <summary>-1 for what is no socket.</summary>
    private static int Option(FileDescriptor descriptor, int option)
    {
        int value = -1;
        uint length = sizeof(int);
        return LibC.GetSockOpt(descriptor.Number, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
    }
}
