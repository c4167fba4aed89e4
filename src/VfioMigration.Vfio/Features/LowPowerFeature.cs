using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Features;

/// <summary>VFIO_DEVICE_FEATURE_LOW_POWER_* of functions bound to vfio-pci (<c>vfio_pci_core.c</c>): the user has put the device to sleep, until it accesses it again.</summary>
internal static class LowPowerFeature
{
    /// <summary>Bytes of <c>struct vfio_device_low_power_entry_with_wakeup</c>: an eventfd and four reserved bytes.</summary>
    internal const int WakeupSize = 8;

    internal static bool IsImplemented(VfioDevice device) => device is VfioPciDevice { IsFunction: true };

    internal static FeatureOutcome Enter(in DeviceFeatureCall call) => new(((VfioPciDevice)call.Device).EnterLowPower());

    /// <summary>The eventfd is for a device that wakes up by itself (PME), which no device here does. EINVAL: the reserved bytes are not zero, or no descriptor is given.</summary>
    internal static FeatureOutcome EnterWithWakeup(in DeviceFeatureCall call)
    {
        Errno error = call.Get(out ulong entry);
        return error != Errno.None ? new(error)
            : entry >> 32 != 0 || (int)entry < 0 ? new(Errno.EINVAL)
            : Enter(call);
    }

    internal static FeatureOutcome Exit(in DeviceFeatureCall call)
    {
        ((VfioPciDevice)call.Device).ExitLowPower();
        return default;
    }
}
