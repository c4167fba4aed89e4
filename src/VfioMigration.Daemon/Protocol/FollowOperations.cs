using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;
using VfioMigration.Lab;
using VfioMigration.Sysfs;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The operations that tell what happens, as it happens, until the client closes the connection.</summary>
internal sealed class FollowOperations(HostSet lab)
{
    internal void Bind(ControlHandlers handlers)
    {
        handlers.Bind(ControlTable.KernelLog, KernelLog);
        handlers.Bind(ControlTable.Uevents, Uevents);
    }

    private async Task<string?> KernelLog(KernelLogRequest request, ControlReply<KernelLogRequest, string> reply)
    {
        if (HostLookup.Find(lab, request.Host, out string? problem) is not { } host)
        {
            return problem;
        }

        if (!request.Follow)
        {
            await reply.Send(host.Core.Log.Snapshot().Select(Line));
            return null;
        }

        using Subscription<KernelLogRecord> records = host.Core.Log.Follow(withKept: true);
        using ClientWatch watch = reply.Connection.Watch();
        await reply.Connection.Ready();
        await foreach (KernelLogRecord record in records.Reader.ReadAllAsync(watch.Gone))
        {
            await reply.Send(Line(record));
        }

        return null;

        string Line(KernelLogRecord record) => request.WithTime ? record.ToString() : record.Text;
    }

    private async Task<string?> Uevents(UeventsRequest request, ControlReply<UeventsRequest, UeventAnswer> reply)
    {
        if (HostLookup.Find(lab, request.Host, out string? problem) is not { } host)
        {
            return problem;
        }

        using Subscription<Uevent> uevents = host.Core.Tree.Uevents.Subscribe();
        using ClientWatch watch = reply.Connection.Watch();
        await reply.Connection.Ready();
        await foreach (Uevent uevent in uevents.Reader.ReadAllAsync(watch.Gone))
        {
            await reply.Send(new UeventAnswer(uevent.Header, uevent.Variables, uevent.SeqNum));
        }

        return null;
    }
}
