using System.Net.Sockets;

using VfioMigration.Control;
using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>The migration service of a daemon on this machine, reached through its control socket.</summary>
public sealed class ControlPeer(string socketPath) : IMigrationPeer
{
    public string Name => socketPath;

    public Result<Stream> Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            NetworkStream stream = PeerStream.Over(socket);
            if (MigrationConnection.Begin(stream) is null)
            {
                return stream;
            }

            stream.Dispose();
            return Errno.ECONNRESET;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            return SocketErrno.Of(error);
        }
        catch (IOException)
        {
            socket.Dispose();
            return Errno.ECONNRESET;
        }
    }
}
