using VfioMigration.Control;
using VfioMigration.Lab;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The operations on a host's simulated guests.</summary>
internal static class GuestOperations
{
    /// <summary>A line to print, or a sentence about what is wrong, or neither.</summary>
    internal static (string? Line, string? Problem) Run(Host host, ControlRequest request)
    {
        string verb = request.Operation[ControlOperations.GuestPrefix.Length..];
        if (request.Name is null || host.Vfio.Find(request.Name) is not { } device)
        {
            return (null, $"{host.Name} has no VFIO device '{request.Name}'; it has: {Migration.LabMigrationHost.DevicesOf(host)}");
        }

        Guest? guest = host.Guests.Find(device);
        return verb switch
        {
            "start" => Start(host, device, request.Target ?? ""),
            "status" => (GuestTable.StatusOf(guest), null),
            "stop" when host.Guests.Stop(device) == Errno.None => (null, null),
            _ when guest is null => (null, $"{host.Name}/{request.Name} has no guest; start one with 'vfiomig guest start {host.Name}/{request.Name}'"),
            "verify" => guest.Verify().TryGet(out string result, out Errno error)
                ? Verified(result)
                : (null, Sentence(error, $"cannot verify the guest of {host.Name}/{request.Name}")),
            _ => (null, Sentence(host.Guests.Control(device, verb), $"cannot {verb} the guest of {host.Name}/{request.Name}")),
        };
    }

    private static (string? Line, string? Problem) Start(Host host, VfioDevice device, string text) =>
        GuestOptionsText.Parse(text, out string? problem) is { } options
            ? (null, Sentence(host.Guests.Start(device, options), $"cannot start a guest on {host.Name}/{device.Device.Name}"))
            : (null, problem);

    private static (string? Line, string? Problem) Verified(string result) =>
        result.StartsWith("ok", StringComparison.Ordinal) ? (result, null) : (null, result);

    private static string? Sentence(Errno error, string what) => error == Errno.None ? null : $"{what}: {error.Text()} ({error.Name()})";
}
