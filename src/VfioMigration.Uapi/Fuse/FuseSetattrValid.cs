namespace VfioMigration.Uapi.Fuse;

/// <summary><c>FATTR_*</c> bits of <c>fuse_setattr_in.valid</c>.</summary>
[Flags]
public enum FuseSetattrValid : uint
{
    None = 0,
    FATTR_MODE = 1 << 0,
    FATTR_UID = 1 << 1,
    FATTR_GID = 1 << 2,
    FATTR_SIZE = 1 << 3,
    FATTR_ATIME = 1 << 4,
    FATTR_MTIME = 1 << 5,
    FATTR_FH = 1 << 6,
    FATTR_ATIME_NOW = 1 << 7,
    FATTR_MTIME_NOW = 1 << 8,
    FATTR_CTIME = 1 << 10,
}
