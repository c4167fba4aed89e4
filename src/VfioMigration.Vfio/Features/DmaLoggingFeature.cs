using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Users;

namespace VfioMigration.Vfio.Features;

/// <summary>VFIO_DEVICE_FEATURE_DMA_LOGGING_* (<c>vfio_main.c</c>).</summary>
internal static class DmaLoggingFeature
{
    internal static FeatureOutcome Start(in DeviceFeatureCall call)
    {
        Errno error = call.Get(out VfioDmaLoggingControl control);
        if (error != Errno.None || control.NumRanges is 0 or > DirtyLog.MaxRanges)
        {
            return new(error != Errno.None ? error : control.NumRanges == 0 ? Errno.EINVAL : Errno.E2BIG);
        }

        var ranges = new VfioDmaLoggingRange[control.NumRanges];
        error = ReadRanges(call, control, ranges);
        if (error != Errno.None)
        {
            return new(error);
        }

        if (!call.Device.StartDirtyLog(ranges, control.PageSize).TryGet(out control.PageSize, out error))
        {
            return new(error);
        }

        FeatureOutcome answered = call.Put(control);
        if (answered.Error != Errno.None)
        {
            call.Device.StopDirtyLog();
        }

        return answered;
    }

    internal static FeatureOutcome Stop(in DeviceFeatureCall call) => new(call.Device.StopDirtyLog());

    /// <summary>
    /// ORs into the user's bitmap. A bitmap that cannot be reached is no error, as in the kernel (<c>iova_bitmap.c</c>); its pages stay dirty here, where a kernel loses them.
    /// </summary>
    internal static FeatureOutcome Report(in DeviceFeatureCall call)
    {
        Errno error = call.Get(out VfioDmaLoggingReport report);
        error = error == Errno.None ? DirtyLog.CheckReport(report) : error;
        if (error != Errno.None || !call.Device.FindDirtyLog().TryGet(out DirtyLog? log, out error))
        {
            return new(error);
        }

        log?.Report(report, new UserBitmap(call.Memory, report.Bitmap, ulong.MaxValue, report.PageSize));
        return default;
    }

    /// <summary>The kernel checks range by range, so an error of an earlier one comes before a fault of a later one.</summary>
    private static Errno ReadRanges(in DeviceFeatureCall call, in VfioDmaLoggingControl control, Span<VfioDmaLoggingRange> ranges)
    {
        Errno error = call.Memory.Read(control.Ranges, MemoryMarshal.AsBytes(ranges));
        for (int i = 0; error != Errno.None && i < ranges.Length; i++)
        {
            if (call.Memory.Get(control.Ranges + ((ulong)i * (ulong)Unsafe.SizeOf<VfioDmaLoggingRange>()), out ranges[i]) != Errno.None)
            {
                return Errno.EFAULT;
            }

            Errno refused = DirtyLog.Start(ranges[..(i + 1)], control.PageSize).Error;
            if (refused != Errno.None)
            {
                return refused;
            }
        }

        return Errno.None;
    }
}
