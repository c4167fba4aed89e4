namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_DMA_UNMAP_FLAG_*</c>.</summary>
[Flags]
public enum VfioDmaUnmapFlags : uint
{
    None = 0,
    VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP = 1 << 0,
    VFIO_DMA_UNMAP_FLAG_ALL = 1 << 1,
    VFIO_DMA_UNMAP_FLAG_VADDR = 1 << 2,
}
