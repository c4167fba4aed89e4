using System.Net.Sockets;
using System.Security.Authentication;

using VfioMigration.Control;
using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>A migration service at an endpoint; without TLS only on this machine.</summary>
/// <param name="endpoint">Where it listens.</param>
/// <param name="tls">Who this side is; null without TLS.</param>
/// <param name="clock">For the limit of a connection.</param>
public sealed class EndpointPeer(MigrationEndpoint endpoint, TlsFiles? tls, TimeProvider clock) : IMigrationPeer
{
    public string Name => endpoint.Text;

    public string? Problem { get; private set; }

    /// <summary>EPROTO: TLS failed; EPERM: no TLS where it is needed.</summary>
    public Result<Stream> Connect(CancellationToken cancelled)
    {
        if (tls is null && !endpoint.IsLocal)
        {
            return Errno.EPERM;
        }

        Problem = null;
        using var limit = new ConnectLimit(clock, cancelled);
        PeerStream? stream = null;
        try
        {
            stream = new PeerStream(endpoint.Connect(limit.Token));
            using CancellationTokenRegistration late = limit.Token.Register(stream.Dispose);
            return endpoint.Port is not null && tls is not null ? tls.Connect(stream, endpoint.Name) : stream;
        }
        catch (SocketException error)
        {
            Problem = error.SocketErrorCode == SocketError.HostNotFound ? $"no such host '{endpoint.Name}'" : null;
            return limit.Reason(SocketErrno.Of(error, isPath: endpoint.Port is null));
        }
        catch (Exception error) when (error is AuthenticationException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            stream?.Dispose();
            Errno reason = limit.Reason(Errno.EPROTO);
            Problem = reason == Errno.EPROTO ? TlsFiles.Describe(error) : null;
            return reason;
        }
    }
}
