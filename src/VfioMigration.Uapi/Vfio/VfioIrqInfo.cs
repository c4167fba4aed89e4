using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_irq_info</c>; 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIrqInfo
{
    public uint Argsz;
    public VfioIrqFlags Flags;
    public uint Index;
    public uint Count;
}
