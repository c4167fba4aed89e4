using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vmm.Devices;

/// <summary>Saves a device through the interface its personality has, as a VMM would.</summary>
public abstract class DeviceSaver(VfioDevice device)
{
    /// <summary>Bytes known to follow; else the errno of the device.</summary>
    public abstract Result<ulong> GetPendingBytes();

    /// <summary>For a device that can be migrated.</summary>
    public static DeviceSaver For(VfioDevice device) =>
        device.HasMergedMigration ? new SessionSaver(device) : new RegionSaver(device);

    /// <summary>Begins to save while the device runs; success without effect when the device cannot.</summary>
    public abstract Errno BeginPreCopy();

    /// <summary>Stops the device; what follows is the rest of its state.</summary>
    public abstract Errno StopAndCopy();

    /// <summary>The next bytes; 0 when there are none, for the moment or, after <see cref="StopAndCopy"/>, at the end.</summary>
    public abstract Result<int> Read(Span<byte> destination);

    /// <summary>The state is elsewhere now; the device stays stopped.</summary>
    public abstract Errno Finish();

    /// <summary>
    /// The device keeps running here. A driver that fails gets a second chance: the last resort is a reset, which loses
    /// the device's state. Null when the device keeps running, else a message about the outcome.
    /// </summary>
    public string? Abandon()
    {
        if (Continue() == Errno.None)
        {
            return null;
        }

        Errno error = Continue();
        if (error == Errno.None)
        {
            return null;
        }

        Errno reset = device.Reset();
        string loss = $"the device could not be resumed ({device.Guard.NameOf(error)}) and was reset";
        return reset == Errno.None ? loss : $"{loss}; the reset failed ({device.Guard.NameOf(reset)})";
    }

    /// <summary>From any stage of saving, the device runs again.</summary>
    protected abstract Errno Continue();
}
