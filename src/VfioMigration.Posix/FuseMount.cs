using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>mount(2) and umount2(2) for a FUSE file system.</summary>
public static class FuseMount
{
    private const int MNT_FORCE = 1;
    private const int MNT_DETACH = 2;

    /// <summary>The file system type; <c>fuse.</c> plus a subtype that mount(8) and findmnt(8) show.</summary>
    public const string Type = "fuse.vfiomig";

    /// <summary>
    /// Mounts an opened FUSE device. All users may enter and the kernel checks modes, because sysfs is readable by all users
    /// and attributes carry modes. EPERM without CAP_SYS_ADMIN over the mount namespace.
    /// </summary>
    /// <param name="device">Opened, and connected by this.</param>
    /// <param name="source">What mount(8) shows.</param>
    /// <param name="target">An existing folder.</param>
    /// <param name="allowsOthers">
    /// False: only this user may enter, from any namespace; with it, of a user namespace of its own nobody outside, not even who serves the mount.
    /// </param>
    public static Errno Mount(FileDescriptor device, string source, string target, bool allowsOthers = true)
    {
        string options =
            $"fd={device.Number},rootmode=40000,user_id={LibC.EffectiveUserId()},group_id={LibC.EffectiveGroupId()},default_permissions{(allowsOthers ? ",allow_other" : "")}";
        return PosixErrno.Of(LibC.Mount(source, target, Type, (uint)(MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC), options));
    }

    /// <summary>umount2(2) without flags: EBUSY while a file or a working directory in it is open.</summary>
    public static Errno Unmount(string target) => PosixErrno.Of(LibC.Unmount(target, 0));

    /// <summary>Aborts the connection, so that every waiting client gets ECONNABORTED, and takes the mount out of the tree.</summary>
    public static Errno Abort(string target) => PosixErrno.Of(LibC.Unmount(target, MNT_FORCE | MNT_DETACH));

    /// <summary>Takes the mount out of the tree; requests under way go on.</summary>
    public static Errno Detach(string target) => PosixErrno.Of(LibC.Unmount(target, MNT_DETACH));

    /// <summary>
    /// True when <paramref name="target"/> is a mount whose server has exited: statvfs fails with ENOTCONN. stat(2) might be answered from what
    /// the kernel remembers.
    /// </summary>
    public static bool IsDead(string target) =>
        Mono.Unix.Native.Syscall.statvfs(target, out _) != 0
        && Mono.Unix.Native.Stdlib.GetLastError() == Mono.Unix.Native.Errno.ENOTCONN;
}
