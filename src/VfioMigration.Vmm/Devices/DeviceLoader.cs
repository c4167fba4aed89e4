using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vmm.Devices;

/// <summary>Loads a device through the interface its personality has, as a VMM would.</summary>
public abstract class DeviceLoader
{
    /// <summary>For a device that can be migrated.</summary>
    public static DeviceLoader For(VfioDevice device) =>
        device.HasMergedMigration ? new SessionLoader(device) : new RegionLoader(device);

    /// <summary>The device takes a state from now on.</summary>
    public abstract Errno Begin();

    /// <summary>The next bytes.</summary>
    public abstract Errno Write(ReadOnlySpan<byte> source);

    /// <summary>All bytes were written: the device has the state and is stopped.</summary>
    public abstract Errno Finish();

    /// <summary>The device runs.</summary>
    public abstract Errno Run();

    /// <summary>The device is as new.</summary>
    public abstract Errno Abandon();
}
