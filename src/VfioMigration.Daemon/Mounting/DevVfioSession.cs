using Microsoft.Extensions.Logging;

using VfioMigration.DevVfio;
using VfioMigration.DevVfio.Mounting;
using VfioMigration.Fuse;
using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.Sysfs.Guards;
using VfioMigration.SysfsMount;

namespace VfioMigration.Daemon.Mounting;

/// <summary>A host's <c>/dev/vfio</c> served on one connected FUSE device, and the ioctls trapped for it.</summary>
internal sealed class DevVfioSession : IMountSession
{
    private readonly FuseSession session;
    private readonly TrapServer? trap;
    private readonly DevVfioHost devVfio;
    private readonly FileDescriptor? root;
    private readonly string? place;

    /// <param name="host">The host.</param>
    /// <param name="devVfio">What it shows there.</param>
    /// <param name="device">A connected FUSE device; owned from here on.</param>
    /// <param name="root">The root of the mount; owned from here on. Null for a mount that this process made: it could not be unmounted.</param>
    /// <param name="listener">Of the filter; owned from here on. Null without one.</param>
    /// <param name="clock">For the grace of interrupted requests.</param>
    /// <param name="loggers">Makes the session's logger.</param>
    /// <param name="owner">Of the nodes; root unless given.</param>
    /// <param name="place">Where this process sees the mount; null for one in another namespace.</param>
    internal DevVfioSession(
        Host host, DevVfioHost devVfio, FileDescriptor device, FileDescriptor? root, FileDescriptor? listener, TimeProvider clock, ILoggerFactory loggers, MountOwner owner = default, string? place = null)
    {
        ILogger logger = loggers.CreateLogger($"vfio/{host.Name}");
        var connection = new DevFuseConnection(device);
        VendorCalls calls = host.Core.Tree.Root.VendorCalls;
        var fileSystem = new DevVfioFileSystem(devVfio, calls, owner.Uid, owner.Gid);
        session = new FuseSession(connection, fileSystem, new FuseNotifier(connection, logger), clock, logger);
        session.Start();
        this.devVfio = devVfio;
        this.root = root;
        this.place = place;
        devVfio.Core.ClientsAsked += HandleEarlierRequests;
        if (root is not null && listener is not null)
        {
            trap = new TrapServer(fileSystem, calls, root, new SeccompListener(listener), logger);
            trap.Start();
        }
    }

    /// <summary>Completes when the mount has ended.</summary>
    public Task Ended => session.Ended;

    /// <summary>A request of our own comes behind those that the kernel has queued. An error means that the mount has ended, and its files with it.</summary>
    private void HandleEarlierRequests()
    {
        if (root is not null)
        {
            _ = FileStatus.Of(root);
        }
        else if (place is not null)
        {
            _ = Directory.GetLastWriteTimeUtc(place);
        }
    }

    public void Dispose()
    {
        devVfio.Core.ClientsAsked -= HandleEarlierRequests;
        trap?.Dispose();
        session.Dispose();
        root?.Dispose();
    }
}
