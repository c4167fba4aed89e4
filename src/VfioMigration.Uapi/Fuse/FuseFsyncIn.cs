using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_fsync_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseFsyncIn
{
    public ulong Handle;

    /// <summary>Bit 0: fdatasync(2).</summary>
    public uint FsyncFlags;

    public uint Padding;
}
