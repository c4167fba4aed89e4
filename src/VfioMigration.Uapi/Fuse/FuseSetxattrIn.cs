using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_setxattr_in</c> in its compatible form (8 bytes); name and value follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseSetxattrIn
{
    public uint Size;
    public uint Flags;
}
