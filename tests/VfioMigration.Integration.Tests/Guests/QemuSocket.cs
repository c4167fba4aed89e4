using System.Net.Sockets;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>
/// A unix socket that QEMU connects to when it starts. As the listener is there before QEMU, nobody has to ask again and again whether a socket exists,
/// and nothing that a guest prints is lost before somebody reads it.
/// </summary>
internal sealed class QemuSocket : IDisposable
{
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;

    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    internal QemuSocket(string path)
    {
        Path = path;
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
    }

    internal string Path { get; }

    /// <summary>Waits for QEMU; the connection, and the process that made it (not one that started QEMU).</summary>
    internal async Task<(NetworkStream Stream, int ProcessId)> Accept(CancellationToken cancellation)
    {
        Socket socket = await listener.AcceptAsync(cancellation);
        byte[] credentials = new byte[12];
        socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, credentials);
        return (new NetworkStream(socket, ownsSocket: true), BitConverter.ToInt32(credentials));
    }

    public void Dispose() => listener.Dispose();
}
