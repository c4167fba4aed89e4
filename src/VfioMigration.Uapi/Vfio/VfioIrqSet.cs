using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_irq_set</c> without its data; 20 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioIrqSet
{
    public uint Argsz;
    public VfioIrqSetFlags Flags;
    public uint Index;
    public uint Start;
    public uint Count;
}
