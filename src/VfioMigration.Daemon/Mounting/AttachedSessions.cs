using Microsoft.Extensions.Logging;

using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.SysfsMount;

namespace VfioMigration.Daemon.Mounting;

/// <summary>Hosts served, with what is missing of the real sysfs, on mounts made by another process.</summary>
public sealed class AttachedSessions(TimeProvider clock, ILoggerFactory loggers) : IDisposable
{
    private const string RealSysfs = "/sys";

    private readonly Lock gate = new();
    private readonly HashSet<AttachedSession> sessions = [];

    /// <summary>Serves a host; the paths below the mount that its maker must bind the real ones over.</summary>
    /// <param name="host">The host.</param>
    /// <param name="device">A connected FUSE device; owned from here on.</param>
    /// <param name="ueventSocket">Of the network namespace that gets the host's uevents; owned from here on. Null for none.</param>
    public IReadOnlyList<string> Serve(Host host, FileDescriptor device, FileDescriptor? ueventSocket)
    {
        IReadOnlyList<UnionEntry> entries = UnionPlan.Compute(host.Core.Tree.Root, RealSysfs);
        UeventBroadcast? uevents = ueventSocket is null ? null : new UeventBroadcast(host, ueventSocket, loggers);
        var session = new AttachedSession(
            new HostSession(host, device, clock, loggers, MountOwner.Root, new Union(host.Core.Tree.Root, entries)),
            uevents);
        lock (gate)
        {
            sessions.Add(session);
        }

        session.Host.Ended.ContinueWith(_ => End(session), TaskScheduler.Default);
        return
        [
            .. entries.Where(static entry => entry.Kind is UnionEntryKind.Directory or UnionEntryKind.File).Select(static entry => entry.Path),
            .. uevents is null ? Array.Empty<string>() : [UeventBroadcast.SeqNumFile],
        ];
    }

    public void Dispose()
    {
        AttachedSession[] all;
        lock (gate)
        {
            all = [.. sessions];
        }

        Array.ForEach(all, End);
    }

    private void End(AttachedSession session)
    {
        lock (gate)
        {
            if (!sessions.Remove(session))
            {
                return;
            }
        }

        session.Uevents?.Dispose();
        session.Host.Dispose();
    }

    private sealed record AttachedSession(HostSession Host, UeventBroadcast? Uevents);
}
