using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_pci_hot_reset</c> without its descriptors; 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioPciHotReset
{
    public uint Argsz;
    public uint Flags;
    public uint Count;
}
