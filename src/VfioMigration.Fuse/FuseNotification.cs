using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>A notification for the kernel: which code, which node or poll handle, and for an entry its name.</summary>
public readonly record struct FuseNotification(FuseNotifyCode Code, ulong Target, ReadOnlyMemory<byte> Name)
{
    /// <summary>Forget the attributes of a node.</summary>
    public static FuseNotification InvalidateAttributes(ulong node) => new(FuseNotifyCode.FUSE_NOTIFY_INVAL_INODE, node, default);

    /// <summary>
    /// A name in a directory has to be looked up again before its next use. Until then it stays where it is, as the name of a removed kernfs node does: a working
    /// directory and open files below it keep their paths. Kernels before 6.2 take it away at once.
    /// </summary>
    public static FuseNotification ExpireEntry(ulong parent, ReadOnlyMemory<byte> name) =>
        new(FuseNotifyCode.FUSE_NOTIFY_INVAL_ENTRY, parent, name);

    /// <summary>Wake the pollers of this handle.</summary>
    public static FuseNotification WakePoll(ulong kernelHandle) => new(FuseNotifyCode.FUSE_NOTIFY_POLL, kernelHandle, default);
}
