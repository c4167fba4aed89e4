using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_iova_range</c>; 16 bytes, both ends inclusive.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIovaRange
{
    public ulong Start;
    public ulong End;
}
