using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_vfio_ioas</c>; 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuVfioIoas
{
    public uint Size;
    public uint IoasId;
    public IommuVfioIoasOp Op;
    public ushort Reserved;
}
