using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_backing_map</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseBackingMap
{
    public int FileDescriptor;
    public uint Flags;
    public ulong Padding;
}
