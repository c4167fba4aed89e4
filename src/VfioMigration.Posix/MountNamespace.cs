using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>mount(2) operations that arrange a private mount namespace. All need CAP_SYS_ADMIN over it.</summary>
public static class MountNamespace
{
    /// <summary>Cuts propagation in both directions for the whole tree.</summary>
    public static Errno MakePrivate() => Call("none", "/", MountFlags.MS_REC | MountFlags.MS_PRIVATE);

    /// <summary>Makes <paramref name="source"/>, with the mounts under it, visible at <paramref name="target"/>.</summary>
    public static Errno Bind(string source, string target) => Call(source, target, MountFlags.MS_BIND | MountFlags.MS_REC);

    /// <summary>Moves a mount with everything mounted under it.</summary>
    public static Errno Move(string source, string target) => Call(source, target, MountFlags.MS_MOVE);

    private static Errno Call(string source, string target, MountFlags flags) =>
        PosixErrno.Of(LibC.Mount(source, target, null, (uint)flags, null));
}
