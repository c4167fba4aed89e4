using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseDispatcher
{
    /// <summary>
    /// Requests with one answer for every node. sysfs refuses to be restructured by hand with EPERM, a new name with EACCES;
    /// ENOSYS tells the kernel to use its own default (success for FSYNC and FLUSH, EOPNOTSUPP for FALLOCATE and TMPFILE) and to stop
    /// asking. FORGET-like requests never come here.
    /// </summary>
    private static IEnumerable<FuseOperation> RefusedOperations() =>
    [
        Refused(FuseOpcode.FUSE_SYMLINK, Errno.EPERM),
        Refused(FuseOpcode.FUSE_MKNOD, Errno.EPERM),
        Refused(FuseOpcode.FUSE_MKDIR, Errno.EPERM),
        Refused(FuseOpcode.FUSE_UNLINK, Errno.EPERM),
        Refused(FuseOpcode.FUSE_RMDIR, Errno.EPERM),
        Refused(FuseOpcode.FUSE_RENAME, Errno.EPERM),
        Refused(FuseOpcode.FUSE_RENAME2, Errno.EPERM),
        Refused(FuseOpcode.FUSE_LINK, Errno.EPERM),
        Refused(FuseOpcode.FUSE_CREATE, Errno.EACCES),
        Refused(FuseOpcode.FUSE_TMPFILE, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_FSYNC, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_FSYNCDIR, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_FLUSH, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_ACCESS, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_LSEEK, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_FALLOCATE, Errno.ENOSYS),
    ];

    private static FuseOperation Refused(FuseOpcode opcode, Errno errno) => Row(opcode, 0, (_, _, _, reply) => reply.Error(errno));
}
