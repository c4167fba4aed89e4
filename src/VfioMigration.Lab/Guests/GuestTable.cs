using System.Collections.Concurrent;

using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Lab.Guests;

/// <summary>The simulated guests of a host, by the device they use, and the devices that are migrated without one.</summary>
/// <param name="clock">Of their processors.</param>
/// <param name="allocate">Gives their memory.</param>
public sealed class GuestTable(TimeProvider clock, GuestMemoryAllocator allocate)
{
    private readonly ConcurrentDictionary<VfioDevice, Guest> guests = new();
    private readonly ConcurrentDictionary<VfioDevice, DeviceUse> uses = new();

    public Guest? Find(VfioDevice device) => guests.GetValueOrDefault(device);

    /// <summary>The state of a guest, as the files show it: <c>none</c>, <c>running</c>, <c>paused</c>, <c>incoming</c>, <c>handed-over</c>, <c>failed: ...</c>.</summary>
    public static string StatusOf(Guest? guest) => guest?.Status switch
    {
        null => "none",
        GuestStatus.HandedOver => "handed-over",
        GuestStatus.Failed => $"failed: {guest.Problem}",
        var status => status.Value.ToString().ToLowerInvariant(),
    };

    /// <summary>
    /// Starts a guest on a device, which is reset first. EBUSY: it is in use; EOPNOTSUPP: no workload for such a device; ENODEV: it is being
    /// removed, or the guest was stopped meanwhile; else the device's errno.
    /// </summary>
    public Errno Start(VfioDevice device, GuestOptions options)
    {
        if (device.FindClient() is not null)
        {
            return Errno.EBUSY;
        }

        if (!Create(device, options).TryGet(out Guest guest, out Errno error))
        {
            return error;
        }

        Adopt(guest);
        error = guest.Boot();
        if (error != Errno.None)
        {
            End(guest);
        }

        return error;
    }

    /// <summary>A guest, paused, that is not in the table yet. Errors as <see cref="Guest.Create"/>.</summary>
    public Result<Guest> Create(VfioDevice device, GuestOptions options) => Guest.Create(device, options, clock, allocate);

    /// <summary>A guest that begins to use its device; it is here until <see cref="End(Guest)"/>.</summary>
    public void Adopt(Guest guest) => guests[guest.Device] = guest;

    /// <summary>A device that begins to be migrated without a guest; it is here until <see cref="End(DeviceUse)"/>.</summary>
    public void Adopt(DeviceUse use) => uses[use.Device] = use;

    /// <summary>Ends a guest and removes it when its device is free, not before.</summary>
    public void End(Guest guest)
    {
        // Forgotten first, another guest could take the entry while this one still has the device; the device itself keeps that one out.
        guest.Dispose();
        guests.TryRemove(new KeyValuePair<VfioDevice, Guest>(guest.Device, guest));
    }

    /// <summary>Gives the device back.</summary>
    public void End(DeviceUse use)
    {
        uses.TryRemove(new KeyValuePair<VfioDevice, DeviceUse>(use.Device, use));
        use.Dispose();
    }

    /// <summary>Ends the use of the device: its guest ends, a migration without a guest is cancelled. ENODEV: it was not in use.</summary>
    public Errno Stop(VfioDevice device)
    {
        if (Find(device) is { } guest)
        {
            End(guest);
            return Errno.None;
        }

        if (uses.GetValueOrDefault(device) is { } use)
        {
            use.Stop();
            return Errno.None;
        }

        return Errno.ENODEV;
    }

    /// <summary>
    /// <c>pause</c>, <c>resume</c> or <c>stop</c>. ENODEV: no guest; EINVAL: another word; else as <see cref="Guest.Pause"/> and
    /// <see cref="Guest.TakeBack"/>. By resuming a guest that was handed over its user confirms that no other host runs it.
    /// </summary>
    public Errno Control(VfioDevice device, string verb) => verb switch
    {
        "pause" => Find(device)?.Pause() ?? Errno.ENODEV,
        "resume" => Find(device)?.TakeBack() ?? Errno.ENODEV,
        "stop" => Stop(device),
        _ => Errno.EINVAL,
    };
}
