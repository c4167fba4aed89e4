using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_ioctl_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseIoctlOut
{
    public int Result;
    public uint Flags;
    public uint InIovs;
    public uint OutIovs;
}
