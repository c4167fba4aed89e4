namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_REGION_INFO_FLAG_*</c>.</summary>
[Flags]
public enum VfioRegionFlags : uint
{
    None = 0,
    VFIO_REGION_INFO_FLAG_READ = 1 << 0,
    VFIO_REGION_INFO_FLAG_WRITE = 1 << 1,
    VFIO_REGION_INFO_FLAG_MMAP = 1 << 2,
    VFIO_REGION_INFO_FLAG_CAPS = 1 << 3,
}
