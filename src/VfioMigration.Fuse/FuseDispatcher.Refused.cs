using System.Runtime.CompilerServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseDispatcher
{
    /// <summary>
    /// Requests with one answer for every node. sysfs refuses to be restructured by hand with EPERM, a new name with EACCES;
    /// ENOSYS tells the kernel to use its own default (success for FLUSH, EOPNOTSUPP for FALLOCATE and TMPFILE) and to stop
    /// asking. FORGET-like requests never come here.
    /// </summary>
    private static IEnumerable<FuseOperation> RefusedOperations() =>
    [
        Refused(FuseOpcode.FUSE_SYMLINK, Errno.EPERM),
        Row(FuseOpcode.FUSE_MKNOD, Unsafe.SizeOf<FuseMknodIn>(), static (_, _, request, reply) => reply.Error(Mknod(request.Read<FuseMknodIn>().Mode))),
        Refused(FuseOpcode.FUSE_MKDIR, Errno.EPERM),
        Refused(FuseOpcode.FUSE_RMDIR, Errno.EPERM),
        Refused(FuseOpcode.FUSE_RENAME, Errno.EPERM),
        Row(FuseOpcode.FUSE_RENAME2, Unsafe.SizeOf<FuseRename2In>(), static (_, _, request, reply) =>
            reply.Error(request.Read<FuseRename2In>().Flags == 0 ? Errno.EPERM : Errno.EINVAL)),
        Refused(FuseOpcode.FUSE_LINK, Errno.EPERM),
        Refused(FuseOpcode.FUSE_CREATE, Errno.EACCES),
        Refused(FuseOpcode.FUSE_TMPFILE, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_FSYNCDIR, Errno.EINVAL),
        Refused(FuseOpcode.FUSE_FLUSH, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_ACCESS, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_LSEEK, Errno.ENOSYS),
        Refused(FuseOpcode.FUSE_FALLOCATE, Errno.ENOSYS),
    ];

    /// <summary>
    /// A regular file is made with the inode operation create, which sysfs has not: EACCES (<c>fs/namei.c</c>, vfs_create). Anything else with mknod, which it
    /// has not either: EPERM (vfs_mknod).
    /// </summary>
    private static Errno Mknod(uint mode) => (mode & FileType.S_IFMT) == FileType.S_IFREG ? Errno.EACCES : Errno.EPERM;

    private static FuseOperation Refused(FuseOpcode opcode, Errno errno) => Row(opcode, 0, (_, _, _, reply) => reply.Error(errno));
}
