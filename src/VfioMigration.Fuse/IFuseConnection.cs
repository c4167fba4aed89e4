using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Fuse;

/// <summary>Whole FUSE messages in and out. Any thread may receive and any thread may send.</summary>
public interface IFuseConnection : IDisposable
{
    /// <summary>
    /// Blocks for the next request. ENOENT, EINTR and EAGAIN mean "again"; ENODEV that the file system was unmounted;
    /// ECONNABORTED that the connection was aborted.
    /// </summary>
    Result<int> Receive(Span<byte> buffer);

    /// <summary>
    /// Sends one reply or notification. ENOENT: its caller does not wait any more. EINVAL: the kernel refused its shape and the request
    /// is still open.
    /// </summary>
    Errno Send(ReadOnlySpan<byte> message);

    /// <summary>
    /// Registers a file for <c>FOPEN_PASSTHROUGH</c> (FUSE_DEV_IOC_BACKING_OPEN); its backing id, positive. Only with privilege: EPERM; or
    /// EOPNOTSUPP.
    /// </summary>
    Result<int> OpenBacking(SafeHandle file);

    /// <summary>Takes a backing id back.</summary>
    void CloseBacking(int id);
}
