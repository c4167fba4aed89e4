namespace VfioMigration.Posix;

/// <summary><c>MS_*</c> of <c>include/uapi/linux/mount.h</c>.</summary>
[Flags]
public enum MountFlags : uint
{
    None = 0,
    MS_RDONLY = 1,
    MS_NOSUID = 2,
    MS_NODEV = 4,
    MS_NOEXEC = 8,
    MS_REMOUNT = 32,
    MS_BIND = 4096,
    MS_MOVE = 8192,
    MS_REC = 16384,
    MS_PRIVATE = 1 << 18,
}
