using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_rename2_in</c>; both names follow, each with a NUL.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseRename2In
{
    public ulong NewDirectory;

    /// <summary><c>RENAME_*</c> of renameat2(2).</summary>
    public uint Flags;

    public uint Padding;
}
