using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_pci_dependent_device</c>; 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioPciDependentDevice
{
    /// <summary>The group, or with VFIO_PCI_HOT_RESET_FLAG_DEV_ID the id of the device in the caller's iommufd.</summary>
    public uint GroupOrDeviceId;
    public ushort Segment;
    public byte Bus;
    public byte DevFn;
}
