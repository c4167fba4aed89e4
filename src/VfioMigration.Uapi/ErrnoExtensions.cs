namespace VfioMigration.Uapi;

/// <summary>How an <see cref="Errno"/> is shown and bounded.</summary>
public static class ErrnoExtensions
{
    /// <summary>The largest number the kernel accepts in a FUSE reply (<c>fs/fuse/dev.c</c>: error &gt; -512).</summary>
    public const int Largest = 511;

    /// <summary>
    /// An error number that may be sent to user space: 1..511 pass, ENOTSUPP becomes EOPNOTSUPP, everything else
    /// (zero and negative numbers from a plugin that mixed up the sign included) becomes EIO.
    /// </summary>
    public static Errno Clamp(this Errno errno) => (int)errno switch
    {
        > 0 and <= Largest => errno,
        (int)Errno.ENOTSUPP => Errno.EOPNOTSUPP,
        _ => Errno.EIO,
    };

    /// <summary>The symbolic name, or <c>errno N</c> for a number without one.</summary>
    public static string Name(this Errno errno) => errno switch
    {
        Errno.None => "0",
        _ when Enum.IsDefined(errno) => errno.ToString(),
        _ => $"errno {(int)errno}",
    };

    /// <summary>The text a shell prints for the numbers that users of the tree meet.</summary>
    public static string Text(this Errno errno) => errno switch
    {
        Errno.None => "Success",
        Errno.EPERM => "Operation not permitted",
        Errno.ENOENT => "No such file or directory",
        Errno.EINTR => "Interrupted system call",
        Errno.EIO => "Input/output error",
        Errno.EAGAIN => "Resource temporarily unavailable",
        Errno.EACCES => "Permission denied",
        Errno.EBUSY => "Device or resource busy",
        Errno.EEXIST => "File exists",
        Errno.ENODEV => "No such device",
        Errno.EINVAL => "Invalid argument",
        Errno.ENOSPC => "No space left on device",
        Errno.EUSERS => "Too many users",
        Errno.EOPNOTSUPP => "Operation not supported",
        Errno.ENXIO => "No such device or address",
        Errno.E2BIG => "Argument list too long",
        Errno.EBADF => "Bad file descriptor",
        Errno.ENOMEM => "Cannot allocate memory",
        Errno.EFAULT => "Bad address",
        Errno.EFBIG => "File too large",
        Errno.EROFS => "Read-only file system",
        Errno.EPIPE => "Broken pipe",
        Errno.ERANGE => "Numerical result out of range",
        Errno.ENOSYS => "Function not implemented",
        Errno.ENOMSG => "No message of desired type",
        Errno.EPROTO => "Protocol error",
        Errno.EBADMSG => "Bad message",
        Errno.EOVERFLOW => "Value too large for defined data type",
        Errno.EMSGSIZE => "Message too long",
        Errno.ECONNRESET => "Connection reset by peer",
        Errno.ECONNREFUSED => "Connection refused",
        Errno.ETIMEDOUT => "Connection timed out",
        Errno.ECANCELED => "Operation canceled",
        Errno.EADDRINUSE => "Address already in use",
        Errno.EADDRNOTAVAIL => "Cannot assign requested address",
        Errno.ENOTCONN => "Transport endpoint is not connected",
        _ => errno.Name(),
    };
}
