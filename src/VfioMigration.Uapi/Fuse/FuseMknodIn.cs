using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_mknod_in</c>; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseMknodIn
{
    /// <summary>File type and permission bits.</summary>
    public uint Mode;

    public uint Rdev;
    public uint Umask;
    public uint Padding;
}
