using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_bitmap</c>; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioBitmap
{
    /// <summary>Bytes per bit.</summary>
    public ulong Pgsize;

    /// <summary>Bytes of the bitmap.</summary>
    public ulong Size;

    /// <summary>A user pointer.</summary>
    public ulong Data;
}
