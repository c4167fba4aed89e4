using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The operations on whole hosts: which there are, their drivers, and serving them on a mount of the client's.</summary>
internal sealed class HostOperations(HostSet lab, AttachedSessions sessions)
{
    internal void Bind(ControlHandlers handlers)
    {
        handlers.Bind(ControlTable.Hosts, async (_, reply) =>
        {
            await reply.Send(lab.Hosts.Select(host => host.Name));
            return null;
        });
        handlers.Bind(ControlTable.ListDrivers, ListDrivers);
        handlers.Bind(ControlTable.LoadDriver, request => Change(request.Host, host => host.LoadModule(request.Driver)));
        handlers.Bind(ControlTable.UnloadDriver, request => Change(request.Host, host => host.UnloadModule(request.Driver)));
        handlers.Bind(ControlTable.Attach, Attach);
    }

    private async Task<string?> ListDrivers(ListDriversRequest request, ControlReply<ListDriversRequest, DriverAnswer> reply)
    {
        if (HostLookup.Find(lab, request.Host, out string? problem) is { } host)
        {
            await reply.Send(host.Modules.Available.Select(name => new DriverAnswer(name, host.Modules.Find(name) is not null)));
        }

        return problem;
    }

    private string? Change(string? name, Func<Host, (Errno Error, string? Problem)> change) =>
        HostLookup.Find(lab, name, out string? problem) is { } host ? change(host).Problem : problem;

    private async Task<string?> Attach(AttachRequest request, ControlReply<AttachRequest, string> reply)
    {
        if (HostLookup.Find(lab, request.Host, out string? problem) is not { } host)
        {
            return problem;
        }

        byte kinds = request.Descriptors ?? 0;
        (FileDescriptor[]? received, problem) = await reply.Connection.ReceiveDescriptors(NamespaceDescriptors.CountOf(kinds));
        if (received is null)
        {
            return problem;
        }

        NamespaceDescriptors descriptors = NamespaceDescriptors.Of(kinds, received)!;
        problem = Check(descriptors.Sysfs, "the first descriptor")
            ?? (descriptors.Uevents is { } uevents && !KobjectUeventSocket.IsOpenOn(uevents) ? "the second descriptor is no NETLINK_KOBJECT_UEVENT socket" : null)
            ?? (descriptors.DevVfio is { } devVfio ? Check(devVfio, "the descriptor for /dev/vfio") : null);
        if (problem is not null)
        {
            descriptors.Dispose();
            return problem;
        }

        await reply.Send(sessions.Serve(host, descriptors));
        return null;
    }

    private static string? Check(FileDescriptor device, string name) =>
        !DevFuse.IsOpenOn(device) ? $"{name} is not {DevFuse.Path}"
        : !DevFuse.IsConnected(device) ? $"{DevFuse.Path} is not connected; mount it first"
        : null;
}
