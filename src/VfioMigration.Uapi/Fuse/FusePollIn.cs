using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_poll_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FusePollIn
{
    public ulong Handle;
    public ulong KernelHandle;
    public uint Flags;
    public PollEvents Events;
}
