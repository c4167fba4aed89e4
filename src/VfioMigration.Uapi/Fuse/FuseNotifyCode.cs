namespace VfioMigration.Uapi.Fuse;

/// <summary><c>enum fuse_notify_code</c>: sent in the error field of a header whose unique is zero.</summary>
public enum FuseNotifyCode
{
    FUSE_NOTIFY_POLL = 1,
    FUSE_NOTIFY_INVAL_INODE = 2,
    FUSE_NOTIFY_INVAL_ENTRY = 3,
}
