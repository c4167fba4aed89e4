using Mono.Unix.Native;

using Errno = VfioMigration.Uapi.Errno;

namespace VfioMigration.Posix;

/// <summary>mount(2) operations that arrange a private mount namespace. All need CAP_SYS_ADMIN over it.</summary>
public static class MountNamespace
{
    private const MountFlags Inert = MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;

    /// <summary>Cuts propagation in both directions for the whole tree.</summary>
    public static Errno MakePrivate() => Call("none", "/", null, MountFlags.MS_REC | MountFlags.MS_PRIVATE);

    /// <summary>Makes <paramref name="source"/>, with the mounts under it, visible at <paramref name="target"/>.</summary>
    public static Errno Bind(string source, string target) => Call(source, target, null, MountFlags.MS_BIND | MountFlags.MS_REC);

    /// <summary>As <see cref="Bind"/>, without the mounts under it; the new mount has the flags of the old one.</summary>
    public static Errno BindAlone(string source, string target) => Call(source, target, null, MountFlags.MS_BIND);

    /// <summary>
    /// A sysfs of the current network namespace. EPERM where the owner of that namespace is another one, or where the sysfs that is there is masked in part.
    /// </summary>
    public static Errno MountSysfs(string target) => Call("sysfs", target, "sysfs", Inert);

    /// <summary>An empty file system that goes with the namespace.</summary>
    /// <param name="target">An existing folder.</param>
    /// <param name="options">Of tmpfs(5); null for none.</param>
    public static Errno MountTemporary(string target, string? options = null) =>
        PosixErrno.Of(LibC.Mount("tmpfs", target, "tmpfs", (uint)(MountFlags.MS_NOSUID | MountFlags.MS_NODEV), options));

    /// <summary>Moves a mount, with the mounts under it, over another place.</summary>
    public static Errno Move(string source, string target) => Call(source, target, null, MountFlags.MS_MOVE);

    /// <summary>
    /// pivot_root(2): a folder becomes the root of this mount namespace, and the old one goes, with all that is mounted in it. The folder must be a mount. The working directory is the new root then.
    /// </summary>
    public static Errno EnterRoot(string folder)
    {
        if (Syscall.chdir(folder) != 0)
        {
            return (Errno)NativeConvert.FromErrno(Stdlib.GetLastError());
        }

        // The old root comes to lie over the new one, and is taken away.
        Errno error = PosixErrno.Of(LibC.PivotRoot(".", "."));
        error = error == Errno.None ? FuseMount.Detach(".") : error;
        return error != Errno.None ? error : Syscall.chdir("/") == 0 ? Errno.None : (Errno)NativeConvert.FromErrno(Stdlib.GetLastError());
    }

    /// <summary>Makes a mount, and no other of the same file system, read-only; flags that its owner has locked stay (mount_setattr(2)).</summary>
    public static Errno MakeReadOnly(string target)
    {
        if (Syscall.statvfs(target, out Statvfs found) != 0)
        {
            return (Errno)NativeConvert.FromErrno(Stdlib.GetLastError());
        }

        MountFlags kept = Flag(found, MountFlagsOf.ST_NOSUID, MountFlags.MS_NOSUID)
            | Flag(found, MountFlagsOf.ST_NODEV, MountFlags.MS_NODEV)
            | Flag(found, MountFlagsOf.ST_NOEXEC, MountFlags.MS_NOEXEC);
        return Call("none", target, null, MountFlags.MS_REMOUNT | MountFlags.MS_BIND | MountFlags.MS_RDONLY | kept);
    }

    private static MountFlags Flag(Statvfs found, MountFlagsOf flag, MountFlags mountFlag) =>
        ((ulong)found.f_flag & (ulong)flag) != 0 ? mountFlag : MountFlags.None;

    private static Errno Call(string source, string target, string? type, MountFlags flags) =>
        PosixErrno.Of(LibC.Mount(source, target, type, (uint)flags, null));

    /// <summary><c>ST_*</c> of statvfs(3).</summary>
    [Flags]
    private enum MountFlagsOf : ulong
    {
        ST_NOSUID = 2,
        ST_NODEV = 4,
        ST_NOEXEC = 8,
    }
}
