using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Migration;

using static VfioMigration.Uapi.Vfio.VfioDeviceFeature;
using static VfioMigration.Uapi.Vfio.VfioDeviceFeatureFlags;

namespace VfioMigration.Vfio.Features;

/// <summary>
/// VFIO_DEVICE_FEATURE (vfio_ioctl_device_feature), with the checks in the order in which the kernel makes them. Where the kernel takes a pointer (the ranges of
/// DMA_LOGGING_START, the bitmap of DMA_LOGGING_REPORT), the data follow in the payload, as in vfio-user.
/// </summary>
public static class DeviceFeatures
{
    private const int HeaderSize = 8;

    private static readonly Dictionary<VfioDeviceFeature, DeviceFeature> Table = new()
    {
        [VFIO_DEVICE_FEATURE_MIGRATION] = new(VFIO_DEVICE_FEATURE_GET, 8, HasMergedMigration, GetMigration),
        [VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE] = new(VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET, 8, HasMergedMigration, DeviceState),
        [VFIO_DEVICE_FEATURE_MIG_DATA_SIZE] = new(VFIO_DEVICE_FEATURE_GET, 8, HasMergedMigration, GetDataSize),
        [VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2] = new(VFIO_DEVICE_FEATURE_SET, 0, HasReinit, OptInToReinit),
        [VFIO_DEVICE_FEATURE_DMA_LOGGING_START] = new(VFIO_DEVICE_FEATURE_SET, Marshal.SizeOf<VfioDmaLoggingControl>(), HasLog, StartLog),
        [VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP] = new(VFIO_DEVICE_FEATURE_SET, 0, HasLog, StopLog),
        [VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT] = new(VFIO_DEVICE_FEATURE_GET, Marshal.SizeOf<VfioDmaLoggingReport>(), HasLog, ReportLog),
    };

    /// <summary>
    /// Runs the call on the bytes of <c>struct vfio_device_feature</c>. EFAULT: shorter than the header. EINVAL: an argsz below 8 or beyond the
    /// bytes given, unknown flags, GET and SET together without PROBE, neither, a method the feature does not have, a payload that is too
    /// short. ENOTTY: a feature the device does not have, even for PROBE. Else the errno of the feature. argsz is never rewritten.
    /// </summary>
    public static FeatureOutcome Invoke(VfioDevice device, Span<byte> argument, CancellationToken interrupted = default)
    {
        const VfioDeviceFeatureFlags Methods = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET;
        if (argument.Length < HeaderSize)
        {
            return new(Errno.EFAULT);
        }

        VfioDeviceFeatureHeader header = MemoryMarshal.Read<VfioDeviceFeatureHeader>(argument);
        bool isProbe = header.Flags.HasFlag(VFIO_DEVICE_FEATURE_PROBE);
        VfioDeviceFeatureFlags methods = header.Flags & Methods;
        if (header.Argsz < HeaderSize
            || (header.Flags & ~(VFIO_DEVICE_FEATURE_MASK | Methods | VFIO_DEVICE_FEATURE_PROBE)) != 0
            || (methods == Methods && !isProbe))
        {
            return new(Errno.EINVAL);
        }

        var number = (VfioDeviceFeature)(header.Flags & VFIO_DEVICE_FEATURE_MASK);
        if (!Table.TryGetValue(number, out DeviceFeature? feature) || !feature.IsImplemented(device))
        {
            return new(Errno.ENOTTY);
        }

        if ((methods & ~feature.Methods) != 0)
        {
            return new(Errno.EINVAL);
        }

        if (isProbe)
        {
            return default;
        }

        if (methods == None || header.Argsz - HeaderSize < feature.PayloadSize || header.Argsz > argument.Length)
        {
            return new(Errno.EINVAL);
        }

        return feature.Invoke(device, argument[HeaderSize..(int)header.Argsz], methods == VFIO_DEVICE_FEATURE_SET, interrupted);
    }

    private static bool HasMergedMigration(VfioDevice device) => device.Personality == MigrationPersonality.V2;

    private static bool HasReinit(VfioDevice device) =>
        HasMergedMigration(device) && device.KnowsPrecopyInfoV2 && device.Core?.HasPrecopyInfoV2 != false && device.Migration!.Flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY);

    private static bool HasLog(VfioDevice device) => device.HasDirtyLog && HasMergedMigration(device);

    private static FeatureOutcome GetMigration(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted)
    {
        MemoryMarshal.Write(payload, device.Migration!.Flags);
        return default;
    }

    private static FeatureOutcome GetDataSize(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted)
    {
        if (!device.Migration!.GetStopCopyLength(interrupted).TryGet(out ulong length, out Errno error))
        {
            return new(error);
        }

        MemoryMarshal.Write(payload, length);
        return default;
    }

    /// <summary>
    /// SET writes back data_fd -1 and the requested state, also when it fails: only GET returns the state the device is in.
    /// </summary>
    private static FeatureOutcome DeviceState(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted)
    {
        VfioDeviceFeatureMigState state = MemoryMarshal.Read<VfioDeviceFeatureMigState>(payload);
        state.DataFd = -1;
        if (!isSet)
        {
            state.DeviceState = device.Migration!.State;
            MemoryMarshal.Write(payload, state);
            return default;
        }

        Result<MigrationSession?> moved = device.Migration!.SetState(state.DeviceState, interrupted);
        MemoryMarshal.Write(payload, state);
        return moved.TryGet(out MigrationSession? session, out Errno error) ? new(Errno.None, session) : new(error);
    }

    private static FeatureOutcome OptInToReinit(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted)
    {
        device.Migration!.ReportsReinit = true;
        return default;
    }

    private static FeatureOutcome StartLog(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted)
    {
        int size = Marshal.SizeOf<VfioDmaLoggingControl>();
        VfioDmaLoggingControl control = MemoryMarshal.Read<VfioDmaLoggingControl>(payload);
        if (control.NumRanges > DirtyLog.MaxRanges)
        {
            return new(Errno.E2BIG);
        }

        int rangeSize = Marshal.SizeOf<VfioDmaLoggingRange>();
        if (payload.Length - size < (int)control.NumRanges * rangeSize)
        {
            return new(Errno.EFAULT);
        }

        ReadOnlySpan<VfioDmaLoggingRange> ranges =
            MemoryMarshal.Cast<byte, VfioDmaLoggingRange>(payload.Slice(size, (int)control.NumRanges * rangeSize));
        if (!device.StartDirtyLog(ranges, control.PageSize).TryGet(out ulong pageSize, out Errno error))
        {
            return new(error);
        }

        control.PageSize = pageSize;
        MemoryMarshal.Write(payload, control);
        return default;
    }

    private static FeatureOutcome StopLog(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted) =>
        new(device.StopDirtyLog());

    private static FeatureOutcome ReportLog(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted)
    {
        int size = Marshal.SizeOf<VfioDmaLoggingReport>();
        VfioDmaLoggingReport report = MemoryMarshal.Read<VfioDmaLoggingReport>(payload);
        Span<byte> bitmap = payload[size..];
        Errno error = DirtyLog.CheckReport(report);
        if (error != Errno.None)
        {
            return new(error);
        }

        if (!device.FindDirtyLog().TryGet(out DirtyLog? log, out error))
        {
            return new(error);
        }

        if ((ulong)bitmap.Length < DirtyLog.BitmapBytes(report.Length, report.PageSize))
        {
            return new(Errno.EINVAL);
        }

        log?.Report(report, bitmap);
        return default;
    }
}
