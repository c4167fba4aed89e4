using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio;

/// <summary>The log of what the device wrote, as its driver and its kernel answer DMA_LOGGING_* (<c>vfio_main.c</c>).</summary>
public partial class VfioDevice
{
    private ulong wishedPageSize;

    /// <summary>The page size that DMA_LOGGING_START wrote back; null without a log.</summary>
    public ulong? DirtyLogPageSize => Dma.Log is { } log ? (IsLogLenient ? Volatile.Read(ref wishedPageSize) : log.PageSize) : null;

    /// <summary>
    /// DMA_LOGGING_START; the page size that is written back. Errors as <see cref="DirtyLog.Start"/>; EINVAL while there is a log, unless the driver is lenient. A
    /// lenient driver writes the wished page size back as it is.
    /// </summary>
    public Result<ulong> StartDirtyLog(ReadOnlySpan<VfioDmaLoggingRange> ranges, ulong pageSize)
    {
        Result<ulong> started = Dma.StartLog(ranges, pageSize, replaces: IsLogLenient);
        if (!started.IsOk || !IsLogLenient)
        {
            return started;
        }

        Volatile.Write(ref wishedPageSize, pageSize);
        return pageSize;
    }

    /// <summary>DMA_LOGGING_STOP. EINVAL: there is no log, unless the driver is lenient.</summary>
    public Errno StopDirtyLog() => Dma.StopLog() || IsLogLenient ? Errno.None : Errno.EINVAL;

    /// <summary>
    /// Whether DMA_LOGGING_REPORT, with arguments that are right, reaches the log; the log, null for one that is always clean. EOPNOTSUPP: this kernel cannot report for
    /// this driver; EINVAL: there is no log, unless the driver is lenient.
    /// </summary>
    public Result<DirtyLog?> FindDirtyLog() =>
        BuildsWithoutIommufd && Core?.HasIommufd != true ? Errno.EOPNOTSUPP
        : Dma.Log is null && !IsLogLenient ? Errno.EINVAL
        : Dma.Log;
}
