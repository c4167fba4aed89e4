using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_region_info</c>; 32 bytes, the capabilities behind it.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioRegionInfo
{
    public uint Argsz;
    public VfioRegionFlags Flags;
    public uint Index;
    public uint CapOffset;
    public ulong Size;
    public ulong Offset;
}
