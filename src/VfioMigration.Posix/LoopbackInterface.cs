using System.Buffers.Binary;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>The loopback interface of the current network namespace; a new namespace has it down.</summary>
public static unsafe class LoopbackInterface
{
    private const int AF_INET = 2;
    private const int SOCK_DGRAM = 2;
    private const nuint SIOCSIFFLAGS = 0x8914;
    private const short IFF_UP = 1;

    public static Errno BringUp()
    {
        int fd = LibC.Socket(AF_INET, SOCK_DGRAM, 0);
        if (fd < 0)
        {
            return PosixErrno.Last;
        }

        using var socket = new FileDescriptor(fd);
        Span<byte> request = stackalloc byte[40]; // struct ifreq
        request.Clear();
        "lo"u8.CopyTo(request);
        BinaryPrimitives.WriteInt16LittleEndian(request[16..], IFF_UP);
        fixed (byte* pointer = request)
        {
            return PosixErrno.Of(LibC.Ioctl(fd, SIOCSIFFLAGS, pointer));
        }
    }
}
