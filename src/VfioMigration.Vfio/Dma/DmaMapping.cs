using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Dma;

/// <summary>A range of I/O virtual addresses and the memory behind it (<c>struct vfio_dma</c>).</summary>
internal sealed class DmaMapping(ulong iova, ulong size, VfioDmaMapFlags flags, DmaMemory memory, ulong offset)
{
    private volatile DmaMemory memory = memory;
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, int> pins = [];

    internal ulong Iova => iova;

    internal ulong Size => size;

    /// <summary>Inclusive.</summary>
    internal ulong Last => iova + (size - 1);

    internal VfioDmaMapFlags Flags => flags;

    internal DmaMemory Memory
    {
        get => memory;
        set => memory = value;
    }

    /// <summary>Its user has announced that the memory will be elsewhere (VFIO_DMA_UNMAP_FLAG_VADDR).</summary>
    internal bool IsAddressTaken { get; set; }

    /// <summary>Where in <see cref="Memory"/> the range begins.</summary>
    internal ulong Offset => offset;

    /// <summary>Accesses under way.</summary>
    internal UseCount Users { get; } = new();

    /// <summary>While the container tracks (VFIO_IOMMU_DIRTY_PAGES).</summary>
    internal DirtyRange? ContainerTracking { get; set; }

    /// <summary>While the I/O page table tracks (IOMMU_HWPT_SET_DIRTY_TRACKING).</summary>
    internal DirtyRange? PageTableTracking { get; set; }

    internal void Mark(ulong address, ulong length)
    {
        ContainerTracking?.Mark(address, length);
        PageTableTracking?.Mark(address, length);
    }

    internal void Pin(ulong page)
    {
        lock (gate)
        {
            pins[page] = pins.GetValueOrDefault(page) + 1;
        }
    }

    /// <summary>False when the page is not pinned. After the last unpin the page is dirty once more: the device may just have written.</summary>
    internal bool Unpin(ulong page)
    {
        lock (gate)
        {
            if (!pins.TryGetValue(page, out int count))
            {
                return false;
            }

            if (count > 1)
            {
                pins[page] = count - 1;
                return true;
            }

            pins.Remove(page);
            Mark(page, Page.Size);
            return true;
        }
    }

    /// <summary>A pinned page is dirty in every report: the device may write it at any time.</summary>
    internal void MarkPinned()
    {
        lock (gate)
        {
            foreach (ulong page in pins.Keys)
            {
                Mark(page, Page.Size);
            }
        }
    }
}
