namespace VfioMigration.Uapi.Fuse;

/// <summary>Numbers of <c>include/uapi/linux/fuse.h</c> that belong to no enum.</summary>
public static class FuseProtocol
{
    public const uint FUSE_KERNEL_VERSION = 7;

    /// <summary>The newest minor this server supports; the smaller of both sides is used.</summary>
    public const uint FUSE_KERNEL_MINOR_VERSION = 45;

    /// <summary>Below 7.23 the INIT reply has 24 bytes and max_pages does not exist.</summary>
    public const uint FirstMinorWithLongInitReply = 23;

    public const int FUSE_COMPAT_22_INIT_OUT_SIZE = 24;
    public const ulong FUSE_ROOT_ID = 1;

    /// <summary>The kernel refuses read(2) with EINVAL into a smaller buffer.</summary>
    public const int FUSE_MIN_READ_BUFFER = 8192;

    /// <summary>Room that the kernel requires besides max_write: in-header plus fuse_write_in.</summary>
    public const int FUSE_BUFFER_HEADER_SIZE = 80;

    /// <summary>INVAL_ENTRY flag: only the entry's lifetime ends (7.38).</summary>
    public const uint FUSE_EXPIRE_ONLY = 1;

    /// <summary>Poll request flag: remember the handle and wake it with FUSE_NOTIFY_POLL.</summary>
    public const uint FUSE_POLL_SCHEDULE_NOTIFY = 1;
}
