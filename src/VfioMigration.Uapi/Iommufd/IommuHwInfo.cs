using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Iommufd;

/// <summary><c>struct iommu_hw_info</c>; 40 bytes, of which a caller may know 32.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IommuHwInfo
{
    public uint Size;
    public uint Flags;
    public uint DevId;
    public uint DataLen;
    public ulong DataUptr;
    public uint OutDataType;
    public uint Reserved;
    public ulong OutCapabilities;
}
