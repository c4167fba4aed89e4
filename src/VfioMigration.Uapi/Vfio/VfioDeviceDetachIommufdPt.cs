using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_detach_iommufd_pt</c>; 8 bytes without the PASID.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDeviceDetachIommufdPt
{
    public uint Argsz;
    public uint Flags;
}
