using Microsoft.Extensions.Logging;

using VfioMigration.DevVfio;
using VfioMigration.Lab;
using VfioMigration.SysfsMount;

namespace VfioMigration.Daemon.Mounting;

/// <summary>Hosts served, with what is missing of the real sysfs, on mounts made by another process.</summary>
public sealed class AttachedSessions(TimeProvider clock, ILoggerFactory loggers) : IDisposable
{
    private const string RealSysfs = "/sys";

    private readonly Lock gate = new();
    private readonly HashSet<AttachedSession> sessions = [];
    private readonly DevVfioHosts devVfioHosts = new();

    /// <summary>What a host shows below <c>/dev/vfio</c>, to all who mount it.</summary>
    internal DevVfioHost DevVfioOf(Host host) => devVfioHosts.Of(host);

    /// <summary>Serves a host; the paths below the mount that its maker must bind the real ones over.</summary>
    /// <param name="host">The host.</param>
    /// <param name="descriptors">What is mounted; owned from here on.</param>
    public IReadOnlyList<string> Serve(Host host, NamespaceDescriptors descriptors)
    {
        IReadOnlyList<UnionEntry> entries = UnionPlan.Compute(host.Core.Tree.Root, RealSysfs);
        UeventBroadcast? uevents = descriptors.Uevents is null ? null : new UeventBroadcast(host, descriptors.Uevents, loggers);
        DevVfioSession? devVfio = descriptors.DevVfio is null
            ? null
            : new DevVfioSession(host, DevVfioOf(host), descriptors.DevVfio, descriptors.DevVfioRoot, descriptors.Trap, clock, loggers);
        var session = new AttachedSession(
            new HostSession(host, descriptors.Sysfs, clock, loggers, MountOwner.Root, new Union(host.Core.Tree.Root, entries)),
            uevents,
            devVfio);
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
        session.DevVfio?.Dispose();
        session.Host.Dispose();
    }

    private sealed record AttachedSession(HostSession Host, UeventBroadcast? Uevents, DevVfioSession? DevVfio);
}
