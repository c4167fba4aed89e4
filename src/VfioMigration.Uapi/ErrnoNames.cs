namespace VfioMigration.Uapi;

/// <summary>Errnos as people write them.</summary>
public static class ErrnoNames
{
    /// <summary>
    /// The name of a number of Linux, <c>EIO</c>, or one of the second names of <c>asm-generic/errno.h</c> and the C library: EWOULDBLOCK, EDEADLOCK, ENOTSUP.
    /// Neither "none" nor a number.
    /// </summary>
    public static bool TryParse(string name, out Errno errno)
    {
        errno = name switch
        {
            "EWOULDBLOCK" => Errno.EAGAIN,
            "EDEADLOCK" => Errno.EDEADLK,
            "ENOTSUP" => Errno.EOPNOTSUPP,
            _ => Enum.TryParse(name, out Errno known) && known.Name() == name ? known : Errno.None,
        };
        return errno != Errno.None;
    }
}
