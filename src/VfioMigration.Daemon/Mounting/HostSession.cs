using Microsoft.Extensions.Logging;

using VfioMigration.Fuse;
using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.SysfsMount;

namespace VfioMigration.Daemon.Mounting;

/// <summary>A host's tree served on one connected FUSE device, mounted by this or another process.</summary>
public sealed class HostSession : IMountSession
{
    private readonly FuseSession session;

    /// <param name="host">The host.</param>
    /// <param name="device">A connected FUSE device; owned from here on.</param>
    /// <param name="clock">For the grace of interrupted requests.</param>
    /// <param name="loggers">Makes the session's logger.</param>
    /// <param name="owner">Of the files.</param>
    /// <param name="union">Entries shown besides the host's own.</param>
    public HostSession(Host host, FileDescriptor device, TimeProvider clock, ILoggerFactory loggers, MountOwner owner, Union? union = null)
    {
        ILogger logger = loggers.CreateLogger($"fuse/{host.Name}");
        var connection = new DevFuseConnection(device);
        var notifier = new FuseNotifier(connection, logger);
        var fileSystem = new SysfsFileSystem(host.Core.Tree.Root, notifier, union, owner, connection);
        session = new FuseSession(connection, fileSystem, notifier, clock, logger);
        session.Start();
    }

    /// <summary>Completes when the mount has ended.</summary>
    public Task Ended => session.Ended;

    public void Dispose() => session.Dispose();
}
