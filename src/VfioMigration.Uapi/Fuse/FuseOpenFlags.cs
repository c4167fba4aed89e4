namespace VfioMigration.Uapi.Fuse;

/// <summary><c>FOPEN_*</c> bits of <c>fuse_open_out.open_flags</c>.</summary>
[Flags]
public enum FuseOpenFlags : uint
{
    None = 0,
    FOPEN_DIRECT_IO = 1 << 0,
    FOPEN_STREAM = 1 << 4,
    FOPEN_NOFLUSH = 1 << 5,
    FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6,
    FOPEN_PASSTHROUGH = 1 << 7,
}
