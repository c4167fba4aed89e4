using System.Net.Sockets;

using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Migration;

/// <summary>The error of a socket as an errno.</summary>
internal static class SocketErrno
{
    /// <param name="error">Of a connection that was not made.</param>
    /// <param name="isPath">For a UNIX socket, where the runtime reports a path that does not exist as an address that is not available.</param>
    internal static Errno Of(SocketException error, bool isPath) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => Errno.ECONNREFUSED,
        SocketError.AddressNotAvailable when isPath => Errno.ENOENT,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoRecovery or SocketError.NoData => Errno.EHOSTUNREACH,
        SocketError.TimedOut => Errno.ETIMEDOUT,
        SocketError.AccessDenied => Errno.EACCES,
        _ => Enum.IsDefined((Errno)error.NativeErrorCode) && error.NativeErrorCode > 0 ? (Errno)error.NativeErrorCode : Errno.EIO,
    };
}
