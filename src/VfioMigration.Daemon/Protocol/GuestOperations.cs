using VfioMigration.Control;
using VfioMigration.Control.Requests;
using VfioMigration.Lab;
using VfioMigration.Lab.Guests;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The operations on simulated guests.</summary>
internal sealed class GuestOperations(HostSet lab)
{
    internal void Bind(ControlHandlers handlers)
    {
        handlers.Bind(ControlTable.GuestStart, request => WithDevice(request.Host, request.Device, (host, device) => Start(host, device, request.Options ?? "")));
        handlers.Bind(ControlTable.GuestPause, request => Control(request.Host, request.Device, "pause"));
        handlers.Bind(ControlTable.GuestResume, request => Control(request.Host, request.Device, "resume"));
        handlers.Bind(ControlTable.GuestStop, request => Stop(request.Host, request.Device));
        handlers.Bind(ControlTable.GuestStatus, Status);
        handlers.Bind(ControlTable.GuestVerify, Verify);
    }

    private static string? Start(Host host, VfioDevice device, string text) =>
        GuestOptionsText.Parse(text, out string? problem) is { } options
            ? MessageOf(device, host.Guests.Start(device, options), $"cannot start a guest on {host.Name}/{device.Device.Name}")
            : problem;

    private string? Control(string hostName, string deviceName, string verb) => WithGuest(hostName, deviceName, (host, device, _) =>
        MessageOf(device, host.Guests.Control(device, verb), $"cannot {verb} the guest of {hostName}/{deviceName}"));

    /// <summary>Also ends a migration that uses the device without a guest.</summary>
    private string? Stop(string hostName, string deviceName) => WithDevice(hostName, deviceName, (host, device) =>
        host.Guests.Stop(device) == Errno.None ? null : WithGuest(hostName, deviceName, static (_, _, _) => null));

    private async Task<string?> Status(GuestStatusRequest request, ControlReply<GuestStatusRequest, string> reply)
    {
        string? status = null;
        string? problem = WithDevice(request.Host, request.Device, (host, device) =>
        {
            status = GuestTable.StatusOf(host.Guests.Find(device));
            return null;
        });
        await reply.Send(status is null ? [] : [status]);
        return problem;
    }

    private async Task<string?> Verify(GuestVerifyRequest request, ControlReply<GuestVerifyRequest, string> reply)
    {
        string? result = null;
        string? problem = WithGuest(request.Host, request.Device, (_, device, guest) =>
        {
            if (!guest.Verify().TryGet(out result, out Errno error))
            {
                return MessageOf(device, error, $"cannot verify the guest of {request.Host}/{request.Device}");
            }

            return result.StartsWith("ok", StringComparison.Ordinal) ? null : result;
        });
        await reply.Send(result is null || problem is not null ? [] : [result]);
        return problem;
    }

    private string? WithDevice(string hostName, string deviceName, Func<Host, VfioDevice, string?> run) =>
        HostLookup.Find(lab, hostName, out string? problem) is not { } host ? problem
        : host.Vfio.Find(deviceName) is { } device ? run(host, device)
        : $"{host.Name} has no VFIO device '{deviceName}'; it has: {Migration.LabMigrationHost.DevicesOf(host)}";

    private string? WithGuest(string hostName, string deviceName, Func<Host, VfioDevice, Guest, string?> run) =>
        WithDevice(hostName, deviceName, (host, device) => host.Guests.Find(device) is { } guest
            ? run(host, device, guest)
            : $"{hostName}/{deviceName} has no guest; start one with 'vfiomig guest start {hostName}/{deviceName}'");

    private static string? MessageOf(VfioDevice device, Errno error, string what) =>
        error == Errno.None ? null
        : error == Errno.EBUSY && device.Client is { } client ? $"{what}: {client} uses the device through /dev/vfio ({device.Guard.NameOf(error)}); end that program first"
        : $"{what}: {error.Text()} ({device.Guard.NameOf(error)})";
}
