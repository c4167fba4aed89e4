using System.Net.Sockets;

using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Migration;

/// <summary>The error of a socket as an errno.</summary>
internal static class SocketErrno
{
    internal static Errno Of(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => Errno.ECONNREFUSED,
        SocketError.AddressNotAvailable or SocketError.HostNotFound => Errno.ENOENT,
        SocketError.TimedOut => Errno.ETIMEDOUT,
        SocketError.AccessDenied => Errno.EACCES,
        _ => Enum.IsDefined((Errno)error.NativeErrorCode) && error.NativeErrorCode > 0 ? (Errno)error.NativeErrorCode : Errno.EIO,
    };
}
