using System.Collections.Concurrent;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Lab.Guests;

/// <summary>The simulated guests of a host, by the device they use.</summary>
public sealed class GuestTable(TimeProvider clock)
{
    private readonly ConcurrentDictionary<VfioDevice, Guest> guests = new();

    public Guest? Find(VfioDevice device) => guests.GetValueOrDefault(device);

    /// <summary>What a guest is doing, in the words of the files: <c>none</c>, <c>running</c>, <c>paused</c>, <c>incoming</c>, <c>handed-over</c>, <c>failed: ...</c>.</summary>
    public static string StatusOf(Guest? guest) => guest?.Status switch
    {
        null => "none",
        GuestStatus.HandedOver => "handed-over",
        GuestStatus.Failed => $"failed: {guest.Problem}",
        var status => status.Value.ToString().ToLowerInvariant(),
    };

    /// <summary>Holds every memory against its shadow, with the guest standing still meanwhile: <c>ok, N steps</c>, or what differs first.</summary>
    public static string Verify(Guest guest)
    {
        bool wasRunning = guest.Status == GuestStatus.Running;
        guest.Pause();
        string result = guest.Workload.FindDifference() ?? $"ok, {guest.Workload.Steps} steps";
        if (wasRunning)
        {
            guest.Resume();
        }

        return result;
    }

    /// <summary>
    /// Starts a guest on a device, which is reset first when it does not run. EBUSY: it is in use; EOPNOTSUPP: no workload for such a device; else as the device says.
    /// </summary>
    public Errno Start(VfioDevice device, GuestOptions options)
    {
        if (device.IsOpen)
        {
            return Errno.EBUSY;
        }

        if (device.Migration is { State: not VfioDeviceState.VFIO_DEVICE_STATE_RUNNING })
        {
            device.Reset();
        }

        if (!Guest.Create(device, options, clock).TryGet(out Guest guest, out Errno error))
        {
            return error;
        }

        Adopt(device, guest);
        error = guest.Boot();
        if (error != Errno.None)
        {
            Stop(device);
        }

        return error;
    }

    /// <summary>A guest that came from somewhere else.</summary>
    public void Adopt(VfioDevice device, Guest guest) => guests[device] = guest;

    /// <summary>Ends the guest, if there is one, and frees its device.</summary>
    public void Stop(VfioDevice device)
    {
        if (guests.TryRemove(device, out Guest? guest))
        {
            guest.Dispose();
        }
    }

    /// <summary>
    /// <c>pause</c>, <c>resume</c> or <c>stop</c>. ENODEV: no guest; EINVAL: another word. Resuming a guest that was handed over is its user's word
    /// that no other host runs it.
    /// </summary>
    public Errno Control(VfioDevice device, string verb)
    {
        if (Find(device) is not { } guest)
        {
            return Errno.ENODEV;
        }

        switch (verb)
        {
            case "pause":
                guest.Pause();
                return Errno.None;
            case "resume":
                return guest.TakeBack();
            case "stop":
                Stop(device);
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }
}
