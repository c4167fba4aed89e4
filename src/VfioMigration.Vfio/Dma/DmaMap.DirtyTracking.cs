using VfioMigration.Uapi;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Dma;

/// <summary>
/// Dirty pages of the whole address space, in the two ways user space can query them: the container's bitmap
/// (VFIO_IOMMU_DIRTY_PAGES) and the I/O page table's (IOMMU_HWPT_GET_DIRTY_BITMAP).
/// </summary>
public sealed partial class DmaMap
{
    /// <summary>DIRTY_BITMAP_SIZE_MAX: bytes.</summary>
    public const ulong MaxBitmapBytes = 1UL << 28;

    /// <summary>True between START and STOP.</summary>
    public bool IsContainerTracking { get; private set; }

    /// <summary>True while IOMMU_HWPT_SET_DIRTY_TRACKING is on.</summary>
    public bool IsPageTableTracking { get; private set; }

    /// <summary>START or STOP of the container; both succeed when nothing changes. STOP discards what was not reported.</summary>
    public void SetContainerTracking(bool enable)
    {
        lock (gate)
        {
            IsContainerTracking = enable;
            foreach (DmaMapping mapping in mappings)
            {
                mapping.ContainerTracking = enable ? mapping.ContainerTracking ?? Tracking(mapping) : null;
            }

            // A write that saw no tracker is in memory before the user begins to copy.
            Interlocked.MemoryBarrierProcessWide();
        }
    }

    /// <summary>
    /// GET_BITMAP: the dirty pages of a range, which become clean. The bitmap is overwritten in whole words of 8 bytes, the exact set;
    /// what lies beyond is left alone. EINVAL: wrapping; a bitmap that is empty, longer than 2^28 bytes or too short; a page size other
    /// than 4096; an unaligned or empty range; tracking is off; a mapping that the range cuts. Checks in this order, as measured.
    /// </summary>
    public Errno GetBitmap(ulong iova, ulong size, ulong pageSize, Span<byte> bitmap)
    {
        lock (gate)
        {
            if (iova + size < iova)
            {
                return Errno.EINVAL;
            }

            Errno error = CheckBitmap(iova, size, pageSize, bitmap.Length);
            if (error != Errno.None)
            {
                return error;
            }

            if (IsCut(iova, iova + (size - 1)))
            {
                return Errno.EINVAL;
            }

            FillBitmap(Inside(iova, iova + (size - 1)), iova, size, bitmap);
            return Errno.None;
        }
    }

    /// <summary>IOMMU_HWPT_SET_DIRTY_TRACKING; starts clean.</summary>
    public void SetPageTableTracking(bool enable)
    {
        lock (gate)
        {
            IsPageTableTracking = enable;
            foreach (DmaMapping mapping in mappings)
            {
                mapping.PageTableTracking = enable ? Tracking(mapping) : null;
            }

            Interlocked.MemoryBarrierProcessWide();
        }
    }

    /// <summary>
    /// IOMMU_HWPT_GET_DIRTY_BITMAP: ORs the dirty pages of a range into the bitmap. With <paramref name="noClear"/> they stay dirty,
    /// which spares a flush when the range is unmapped next. EINVAL: tracking is off, a page size that is no power of two or below
    /// 4096, an address or length that is not a multiple of it, a short bitmap. EOVERFLOW: wrapping.
    /// </summary>
    public Errno GetDirtyBitmap(ulong iova, ulong length, ulong pageSize, bool noClear, Span<byte> bitmap)
    {
        if (length == 0 || !ulong.IsPow2(pageSize) || pageSize < Page.Size || ((iova | length) & (pageSize - 1)) != 0)
        {
            return Errno.EINVAL;
        }

        if (iova + (length - 1) < iova)
        {
            return Errno.EOVERFLOW;
        }

        lock (gate)
        {
            if (!IsPageTableTracking || (ulong)bitmap.Length < DirtyLog.BitmapBytes(length, pageSize))
            {
                return Errno.EINVAL;
            }

            foreach (DmaMapping mapping in mappings)
            {
                mapping.MarkPinned();
                mapping.PageTableTracking!.Report(iova, iova + (length - 1), pageSize, bitmap, clear: !noClear);
            }

            return Errno.None;
        }
    }

    private static DirtyRange Tracking(DmaMapping mapping) => new(mapping.Iova, mapping.Size, Page.Size);

    private void BeginTracking(DmaMapping mapping)
    {
        mapping.ContainerTracking = IsContainerTracking ? Tracking(mapping) : null;
        mapping.PageTableTracking = IsPageTableTracking ? Tracking(mapping) : null;
    }

    private Errno CheckBitmap(ulong iova, ulong size, ulong pageSize, int bitmapBytes) =>
        bitmapBytes == 0
        || (ulong)bitmapBytes > MaxBitmapBytes
        || pageSize != Page.Size
        || (ulong)bitmapBytes < DirtyLog.BitmapBytes(size, Page.Size)
        || size == 0
        || ((iova | size) & (Page.Size - 1)) != 0
        || !IsContainerTracking
            ? Errno.EINVAL
            : Errno.None;

    private static void FillBitmap(DmaMapping[] reported, ulong iova, ulong size, Span<byte> bitmap)
    {
        bitmap[..(int)DirtyLog.BitmapBytes(size, Page.Size)].Clear();
        foreach (DmaMapping mapping in reported)
        {
            mapping.MarkPinned();
            mapping.ContainerTracking!.Report(iova, iova + (size - 1), Page.Size, bitmap, clear: true);
        }
    }
}
