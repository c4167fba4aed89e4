using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_pci_hot_reset_info</c> without its entries; 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioPciHotResetInfo
{
    public uint Argsz;
    public VfioPciHotResetFlags Flags;
    public uint Count;
}
