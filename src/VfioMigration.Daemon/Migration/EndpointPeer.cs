using System.Net.Sockets;
using System.Security.Authentication;

using VfioMigration.Control;
using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>A migration service at an endpoint; without TLS only on this machine.</summary>
public sealed class EndpointPeer(MigrationEndpoint endpoint, TlsFiles? tls) : IMigrationPeer
{
    public string Name => endpoint.Text;

    /// <summary>EPROTO: TLS failed; EPERM: no TLS where it is needed.</summary>
    public Result<Stream> Connect()
    {
        if (tls is null && !endpoint.IsLocal)
        {
            return Errno.EPERM;
        }

        try
        {
            Stream stream = PeerStream.Over(endpoint.Connect());
            return endpoint.Port is not null && tls is not null ? tls.Connect(stream, endpoint.Name) : stream;
        }
        catch (SocketException error)
        {
            return SocketErrno.Of(error);
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return Errno.EPROTO;
        }
    }
}
