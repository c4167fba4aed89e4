using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_precopy_info</c>; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioPrecopyInfo
{
    /// <summary>VFIO_PRECOPY_INFO_REINIT: initial data appeared again (only for users that opted in).</summary>
    public const uint VFIO_PRECOPY_INFO_REINIT = 1 << 0;

    public uint Argsz;
    public uint Flags;
    public ulong InitialBytes;
    public ulong DirtyBytes;
}
