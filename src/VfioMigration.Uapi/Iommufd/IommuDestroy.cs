using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_destroy</c>; 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuDestroy
{
    public uint Size;
    public uint Id;
}
