using System.Runtime.CompilerServices;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Users;
using static VfioMigration.Uapi.Vfio.VfioDeviceFeature;
using static VfioMigration.Uapi.Vfio.VfioDeviceFeatureFlags;

namespace VfioMigration.Vfio.Features;

/// <summary>VFIO_DEVICE_FEATURE (vfio_ioctl_device_feature), with the checks in the order in which the kernel makes them.</summary>
public static class DeviceFeatures
{
    /// <summary>Bytes of <c>struct vfio_device_feature</c> before the payload.</summary>
    public const int HeaderSize = 8;

    private static readonly Dictionary<VfioDeviceFeature, DeviceFeature> Table = new()
    {
        [VFIO_DEVICE_FEATURE_MIGRATION] = new(VFIO_DEVICE_FEATURE_GET, sizeof(ulong), HasMergedMigration, GetMigration),
        [VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE] = new(
            VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET, Unsafe.SizeOf<VfioDeviceFeatureMigState>(), HasMergedMigration, DeviceState),
        [VFIO_DEVICE_FEATURE_MIG_DATA_SIZE] = new(VFIO_DEVICE_FEATURE_GET, sizeof(ulong), HasMergedMigration, GetDataSize),
        [VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2] = new(VFIO_DEVICE_FEATURE_SET, 0, HasReinit, OptInToReinit),
        [VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY] = new(VFIO_DEVICE_FEATURE_SET, 0, LowPowerFeature.IsImplemented, LowPowerFeature.Enter),
        [VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP] = new(
            VFIO_DEVICE_FEATURE_SET, LowPowerFeature.WakeupSize, LowPowerFeature.IsImplemented, LowPowerFeature.EnterWithWakeup),
        [VFIO_DEVICE_FEATURE_LOW_POWER_EXIT] = new(VFIO_DEVICE_FEATURE_SET, 0, LowPowerFeature.IsImplemented, LowPowerFeature.Exit),
        [VFIO_DEVICE_FEATURE_DMA_LOGGING_START] = new(VFIO_DEVICE_FEATURE_SET, Unsafe.SizeOf<VfioDmaLoggingControl>(), HasLog, DmaLoggingFeature.Start),
        [VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP] = new(VFIO_DEVICE_FEATURE_SET, 0, HasLog, DmaLoggingFeature.Stop),
        [VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT] = new(VFIO_DEVICE_FEATURE_GET, Unsafe.SizeOf<VfioDmaLoggingReport>(), HasLog, DmaLoggingFeature.Report),
    };

    /// <summary>
    /// Runs the call on <c>struct vfio_device_feature</c>. EFAULT: the header, the payload or what it points to cannot be reached. EINVAL: an argsz below 8, unknown flags, GET and SET
    /// together without PROBE, neither, a method the feature does not have, a payload that is too short. ENOTTY: a feature the device does not have, even for PROBE. Else the errno of the
    /// feature. argsz is never rewritten.
    /// </summary>
    /// <param name="device">Whose feature it is.</param>
    /// <param name="memory">Of the caller.</param>
    /// <param name="argument">Where in it the structure begins.</param>
    /// <param name="interrupted">Ends the wait for the device's turn with EINTR.</param>
    public static FeatureOutcome Invoke(VfioDevice device, IUserMemory memory, ulong argument, CancellationToken interrupted = default)
    {
        const VfioDeviceFeatureFlags Methods = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET;
        if (memory.Get(argument, out VfioDeviceFeatureHeader header) != Errno.None)
        {
            return new(Errno.EFAULT);
        }

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

        return methods == None || header.Argsz - HeaderSize < feature.PayloadSize
            ? new(Errno.EINVAL)
            : feature.Invoke(new DeviceFeatureCall(device, memory, argument + HeaderSize, methods == VFIO_DEVICE_FEATURE_SET, interrupted));
    }

    /// <summary>As the other, on a structure of this process, in which pointers count from its beginning.</summary>
    public static FeatureOutcome Invoke(VfioDevice device, byte[] argument) => Invoke(device, new ArrayUserMemory(argument), 0);

    private static bool HasMergedMigration(VfioDevice device) => device.HasMergedMigration;

    private static bool HasReinit(VfioDevice device) =>
        HasMergedMigration(device) && device.KnowsPrecopyInfoV2 && device.Core?.HasPrecopyInfoV2 != false && device.Migration!.Flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY);

    private static bool HasLog(VfioDevice device) => device.HasDirtyLog && HasMergedMigration(device);

    private static FeatureOutcome GetMigration(in DeviceFeatureCall call) => call.Put((ulong)call.Device.Migration!.Flags);

    private static FeatureOutcome GetDataSize(in DeviceFeatureCall call) =>
        call.Device.Migration!.GetStopCopyLength(call.Interrupted).TryGet(out ulong length, out Errno error) ? call.Put(length) : new(error);

    /// <summary>
    /// SET writes back data_fd -1 and the requested state, also when it fails: only GET returns the state the device is in. Where a session has begun, whoever makes its descriptor writes
    /// its number into the structure.
    /// </summary>
    private static FeatureOutcome DeviceState(in DeviceFeatureCall call)
    {
        Errno error = call.Get(out VfioDeviceFeatureMigState state);
        if (error != Errno.None)
        {
            return new(error);
        }

        state.DataFd = -1;
        if (!call.IsSet)
        {
            state.DeviceState = call.Device.Migration!.State;
            return call.Put(state);
        }

        Result<MigrationSession?> moved = call.Device.Migration!.SetState(state.DeviceState, call.Interrupted);
        error = call.Put(state).Error;
        return error != Errno.None ? new(error)
            : moved.TryGet(out MigrationSession? session, out error) ? new(Errno.None, session)
            : new(error);
    }

    private static FeatureOutcome OptInToReinit(in DeviceFeatureCall call)
    {
        call.Device.Migration!.ReportsReinit = true;
        return default;
    }
}
