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

    /// <summary>DIRTY_BITMAP_PAGES_MAX.</summary>
    private const ulong MaxTrackedPages = int.MaxValue;

    /// <summary>True between START and STOP.</summary>
    public bool IsContainerTracking { get; private set; }

    /// <summary>True while IOMMU_HWPT_SET_DIRTY_TRACKING is on.</summary>
    public bool IsPageTableTracking { get; private set; }

    /// <summary>
    /// START or STOP of the container; both succeed when nothing changes. STOP discards what was not reported. EINVAL, and nothing changes: a mapping has more than 2^31 - 1 pages.
    /// </summary>
    public Errno SetContainerTracking(bool enable)
    {
        lock (gate)
        {
            if (enable && HasUntrackable)
            {
                return Errno.EINVAL;
            }

            IsContainerTracking = enable;
            foreach (DmaMapping mapping in mappings)
            {
                mapping.ContainerTracking = enable ? mapping.ContainerTracking ?? Tracking(mapping) : null;
            }

            // A write that saw no tracker is in memory before the user begins to copy.
            Interlocked.MemoryBarrierProcessWide();
            return Errno.None;
        }
    }

    /// <summary>
    /// GET_BITMAP: the dirty pages of a range, which become clean. The words of 8 bytes that belong to a mapping are overwritten, the exact set; what lies between and beyond is left alone.
    /// <see cref="WrapErrno"/>: wrapping. EINVAL: a bitmap that is empty, longer than 2^28 bytes or too short; a page size other than 4096; an unaligned or empty range; tracking is off; a
    /// mapping that the range cuts. Checks in this order, as measured. EFAULT: the bitmap cannot be written; pages that were not reported stay dirty.
    /// </summary>
    public Errno GetBitmap(ulong iova, ulong size, in UserBitmap bitmap)
    {
        lock (gate)
        {
            if (iova + size < iova)
            {
                return WrapErrno;
            }

            Errno error = CheckBitmap(iova, size, bitmap);
            if (error != Errno.None || IsCut(iova, iova + (size - 1)))
            {
                return error != Errno.None ? error : Errno.EINVAL;
            }

            (int from, int to) = Inside(iova, iova + (size - 1));
            return FillBitmap(mappings.AsSpan(from, to - from), iova, size, bitmap);
        }
    }

    /// <summary>As the other, into memory of this process.</summary>
    public Errno GetBitmap(ulong iova, ulong size, ulong pageSize, byte[] bitmap) => GetBitmap(iova, size, UserBitmap.Of(bitmap, pageSize));

    /// <summary>IOMMU_HWPT_SET_DIRTY_TRACKING; starts clean. ENOMEM, and nothing changes: a mapping has more than 2^31 - 1 pages.</summary>
    public Errno SetPageTableTracking(bool enable)
    {
        lock (gate)
        {
            if (enable && HasUntrackable)
            {
                return Errno.ENOMEM;
            }

            IsPageTableTracking = enable;
            foreach (DmaMapping mapping in mappings)
            {
                mapping.PageTableTracking = enable ? Tracking(mapping) : null;
            }

            Interlocked.MemoryBarrierProcessWide();
            return Errno.None;
        }
    }

    /// <summary>
    /// IOMMU_HWPT_GET_DIRTY_BITMAP: ORs the dirty pages of a range into the bitmap. With <paramref name="noClear"/> they stay dirty,
    /// which spares a flush when the range is unmapped next. EINVAL: tracking is off, a page size that is no power of two or below
    /// 4096, an address or length that is not a multiple of it, a short bitmap. EOVERFLOW: wrapping.
    /// </summary>
    public Errno GetDirtyBitmap(ulong iova, ulong length, bool noClear, in UserBitmap bitmap)
    {
        ulong pageSize = bitmap.PageSize;
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
            if (!IsPageTableTracking || bitmap.Bytes < DirtyLog.BitmapBytes(length, pageSize))
            {
                return Errno.EINVAL;
            }

            foreach (DmaMapping mapping in mappings)
            {
                mapping.MarkPinned();
                bitmap.Or(mapping.PageTableTracking!, iova, iova + (length - 1), clear: !noClear);
            }

            return Errno.None;
        }
    }

    /// <summary>As the other, into memory of this process.</summary>
    public Errno GetDirtyBitmap(ulong iova, ulong length, ulong pageSize, bool noClear, byte[] bitmap) => GetDirtyBitmap(iova, length, noClear, UserBitmap.Of(bitmap, pageSize));

    private bool HasUntrackable => Array.Exists(mappings, static mapping => !IsTrackable(mapping.Size));

    private static bool IsTrackable(ulong size) => size / Page.Size <= MaxTrackedPages;

    private static DirtyRange Tracking(DmaMapping mapping) => new(mapping.Iova, mapping.Size, Page.Size);

    /// <summary>As switching the tracking on with the mapping there.</summary>
    private Errno BeginTracking(DmaMapping mapping)
    {
        if ((IsContainerTracking || IsPageTableTracking) && !IsTrackable(mapping.Size))
        {
            return IsContainerTracking ? Errno.EINVAL : Errno.ENOMEM;
        }

        mapping.ContainerTracking = IsContainerTracking ? Tracking(mapping) : null;
        mapping.PageTableTracking = IsPageTableTracking ? Tracking(mapping) : null;
        return Errno.None;
    }

    private Errno CheckBitmap(ulong iova, ulong size, in UserBitmap bitmap) =>
        bitmap.Bytes == 0
        || bitmap.Bytes > MaxBitmapBytes
        || bitmap.PageSize != Page.Size
        || bitmap.Bytes < DirtyLog.BitmapBytes(size, Page.Size)
        || size == 0
        || ((iova | size) & (Page.Size - 1)) != 0
        || !IsContainerTracking
            ? Errno.EINVAL
            : Errno.None;

    private static Errno FillBitmap(ReadOnlySpan<DmaMapping> reported, ulong iova, ulong size, in UserBitmap bitmap)
    {
        var writer = new UserBitmapWriter(bitmap, iova, iova + (size - 1));
        foreach (DmaMapping mapping in reported)
        {
            mapping.MarkPinned();
            Errno error = writer.Write(mapping);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }
}
