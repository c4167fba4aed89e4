namespace VfioMigration.Uapi.Fuse;

/// <summary>INIT capability bits; the upper 32 are in <c>flags2</c> when FUSE_INIT_EXT is set.</summary>
[Flags]
public enum FuseInitFlags : ulong
{
    None = 0,
    FUSE_ASYNC_READ = 1UL << 0,
    FUSE_ATOMIC_O_TRUNC = 1UL << 3,
    FUSE_BIG_WRITES = 1UL << 5,
    FUSE_DO_READDIRPLUS = 1UL << 13,
    FUSE_READDIRPLUS_AUTO = 1UL << 14,
    FUSE_PARALLEL_DIROPS = 1UL << 18,
    FUSE_ABORT_ERROR = 1UL << 21,
    FUSE_MAX_PAGES = 1UL << 22,
    FUSE_HANDLE_KILLPRIV_V2 = 1UL << 28,
    FUSE_INIT_EXT = 1UL << 30,
    FUSE_DIRECT_IO_ALLOW_MMAP = 1UL << 36,
    FUSE_PASSTHROUGH = 1UL << 37,
}
