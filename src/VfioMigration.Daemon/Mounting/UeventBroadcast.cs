using Microsoft.Extensions.Logging;

using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Mounting;

/// <summary>
/// Sends a host's uevents to the listeners of a network namespace, as a kernel does: they are in the sockets when the write that caused them returns. The
/// machine's kernel numbers them, so whoever sees them must also see the machine's <see cref="SeqNumFile"/>.
/// </summary>
internal sealed partial class UeventBroadcast : IDisposable
{
    /// <summary>Below <c>/sys</c>.</summary>
    internal const string SeqNumFile = "kernel/uevent_seqnum";

    private readonly FileDescriptor socket;
    private readonly IDisposable listening;
    private readonly ILogger logger;
    private Errno refused;

    /// <param name="host">The host.</param>
    /// <param name="socket">Of <see cref="KobjectUeventSocket"/>; owned from here on.</param>
    /// <param name="loggers">Makes the logger.</param>
    internal UeventBroadcast(Host host, FileDescriptor socket, ILoggerFactory loggers)
    {
        this.socket = socket;
        logger = loggers.CreateLogger($"uevents/{host.Name}");
        listening = host.Core.Tree.Uevents.Listen(Send);
    }

    public void Dispose()
    {
        listening.Dispose();
        socket.Dispose();
    }

    /// <summary>What one listener has no room for is lost to it, as with a kernel (ESRCH and ENOBUFS). Any other refusal is reported once.</summary>
    private void Send(Uevent uevent)
    {
        Errno error = KobjectUeventSocket.Send(socket, uevent.ToPayload(withSeqNum: false));
        if (error is not (Errno.None or Errno.ESRCH or Errno.ENOBUFS) && refused == Errno.None)
        {
            refused = error;
            LogRefused(logger, error.Name(), error.Text());
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "uevents cannot be sent to the network namespace of a mount: {Text} ({Error})")]
    private static partial void LogRefused(ILogger logger, string error, string text);
}
