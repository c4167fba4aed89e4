using System.Net.Sockets;

using VfioMigration.Control;
using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>The migration service of a daemon on this machine, reached through its control socket.</summary>
/// <param name="socketPath">Of the daemon.</param>
/// <param name="clock">For the limit of a connection.</param>
public sealed class ControlPeer(string socketPath, TimeProvider clock) : IMigrationPeer
{
    public string Name => socketPath;

    public string? Problem { get; private set; }

    public Result<Stream> Connect(CancellationToken cancelled)
    {
        using var limit = new ConnectLimit(clock, cancelled);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var stream = new PeerStream(socket);
        try
        {
            socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), limit.Token).AsTask().GetAwaiter().GetResult();
            using CancellationTokenRegistration late = limit.Token.Register(stream.Dispose);
            Problem = MigrationConnection.Begin(stream);
            if (Problem is null)
            {
                return stream;
            }

            stream.Dispose();
            return limit.Reason(Errno.ECONNRESET);
        }
        catch (SocketException error)
        {
            stream.Dispose();
            return limit.Reason(SocketErrno.Of(error, isPath: true));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            stream.Dispose();
            return limit.Reason(Errno.ECONNRESET);
        }
    }
}
