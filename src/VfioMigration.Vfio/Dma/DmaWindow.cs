using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Dma;

/// <summary>
/// The only door from a device to guest memory, so no write can miss the dirty trackers. The migration state machine closes it in the
/// states in which a device must not touch memory: what a device tries then fails with EBUSY.
/// </summary>
public sealed class DmaWindow
{
    private readonly UseCount users = new();
    private volatile DmaMap? map;
    private volatile DirtyLog? log;

    /// <summary>Marks to lose on demand; null for none.</summary>
    public IDmaFaults? Faults { get; init; }

    /// <summary>The address space the device is attached to; null before anybody opened it.</summary>
    public DmaMap? Map => map;

    /// <summary>The device's log between DMA_LOGGING_START and STOP; null otherwise.</summary>
    public DirtyLog? Log => log;

    /// <summary>
    /// Copies guest memory into the device. EBUSY: the device is stopped. ENODEV: not attached. EINVAL: not mapped. EPERM: mapped without
    /// the right. EFAULT: the memory was unmapped.
    /// </summary>
    public Errno Read(ulong iova, Span<byte> destination)
    {
        if (!users.TryEnter())
        {
            return Errno.EBUSY;
        }

        Errno error = map?.Read(iova, destination) ?? Errno.ENODEV;
        users.Exit();
        return error;
    }

    /// <summary>Copies from the device into guest memory and marks it dirty everywhere. Errors as <see cref="Read"/>.</summary>
    public Errno Write(ulong iova, ReadOnlySpan<byte> source)
    {
        if (!users.TryEnter())
        {
            return Errno.EBUSY;
        }

        bool marks = Faults?.LosesMark() != true;
        Errno error = map?.Write(iova, source, marks) ?? Errno.ENODEV;
        if (marks)
        {
            log?.Mark(iova, (ulong)source.Length);
        }

        users.Exit();
        return error;
    }

    /// <summary>
    /// Declares that the device writes pages without passing here: they are dirty in every report until unpinned, and once more after
    /// that. EBUSY, ENODEV, EINVAL, EPERM as for a write.
    /// </summary>
    public Errno Pin(ulong iova, ulong pages)
    {
        if (!users.TryEnter())
        {
            return Errno.EBUSY;
        }

        Errno error = map?.Pin(iova, pages) ?? Errno.ENODEV;
        users.Exit();
        return error;
    }

    /// <summary>Undoes <see cref="Pin"/>.</summary>
    public void Unpin(ulong iova, ulong pages) => map?.Unpin(iova, pages);

    internal void Attach(DmaMap? attached) => map = attached;

    /// <summary>As <see cref="Attach"/>, while the device may be at work: what has begun is in the old memory when this returns.</summary>
    internal void Replace(DmaMap attached)
    {
        bool wasOpen = users.TryClose();
        map = attached;
        if (wasOpen)
        {
            users.Open();
        }
    }

    /// <summary>EINVAL when a log exists that is not to be replaced; else errors as <see cref="DirtyLog.Start"/>, and the log there is stays.</summary>
    public Result<ulong> StartLog(ReadOnlySpan<VfioDmaLoggingRange> ranges, ulong pageSize, bool replaces = false)
    {
        if (!DirtyLog.Start(ranges, pageSize).TryGet(out DirtyLog made, out Errno error))
        {
            return error;
        }

        if (replaces)
        {
            log = made;
        }
        else if (Interlocked.CompareExchange(ref log, made, null) is not null)
        {
            return Errno.EINVAL;
        }

        // A write that saw no log is in memory before the user begins to copy.
        Interlocked.MemoryBarrierProcessWide();
        return made.PageSize;
    }

    /// <summary>False when there was no log.</summary>
    public bool StopLog() => Interlocked.Exchange(ref log, null) is not null;

    /// <summary>When it returns, no access is under way and none will begin.</summary>
    internal void Close() => users.Close();

    internal void Open() => users.Open();
}
