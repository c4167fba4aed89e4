namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_DMA_MAP_FLAG_*</c>.</summary>
[Flags]
public enum VfioDmaMapFlags : uint
{
    None = 0,
    VFIO_DMA_MAP_FLAG_READ = 1 << 0,
    VFIO_DMA_MAP_FLAG_WRITE = 1 << 1,

    /// <summary>Gives a mapping whose address was taken away a new one.</summary>
    VFIO_DMA_MAP_FLAG_VADDR = 1 << 2,
}
