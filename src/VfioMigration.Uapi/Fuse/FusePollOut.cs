using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_poll_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FusePollOut
{
    public PollEvents Events;
    public uint Padding;
}
