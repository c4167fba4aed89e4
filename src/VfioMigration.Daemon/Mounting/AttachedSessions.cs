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
    private readonly List<HostSession> sessions = [];

    /// <summary>Serves a host; the paths below the mount that its maker must bind the real ones over.</summary>
    /// <param name="host">The host.</param>
    /// <param name="device">A connected FUSE device; owned from here on.</param>
    public IReadOnlyList<string> Serve(Host host, FileDescriptor device)
    {
        IReadOnlyList<UnionEntry> entries = UnionPlan.Compute(host.Core.Tree.Root, RealSysfs);
        var session = new HostSession(host, device, clock, loggers, MountOwner.Root, new Union(host.Core.Tree.Root, entries));
        lock (gate)
        {
            sessions.RemoveAll(static old => old.Ended.IsCompleted);
            sessions.Add(session);
        }

        return [.. entries.Where(static entry => entry.Kind is UnionEntryKind.Directory or UnionEntryKind.File).Select(static entry => entry.Path)];
    }

    public void Dispose()
    {
        lock (gate)
        {
            sessions.ForEach(static session => session.Dispose());
            sessions.Clear();
        }
    }
}
