using System.Net.Sockets;

using VfioMigration.Vmm.Wire;

namespace VfioMigration.Daemon.Migration;

/// <summary>A socket to the other side of a migration. Disposing it, from any thread, makes a blocked reader or writer return.</summary>
/// <param name="socket">Connected.</param>
/// <param name="ownsSocket">False leaves the socket to be closed by the caller; it carries nothing any more all the same.</param>
internal sealed class PeerStream(Socket socket, bool ownsSocket = true) : ConnectionStream
{
    private int disposed;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            try
            {
                buffer = buffer[socket.Send(buffer)..];
            }
            catch (SocketException error)
            {
                throw new IOException(error.Message, error);
            }
        }
    }

    public override void StopReading() => ShutDown(SocketShutdown.Receive);

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref disposed, 1) == 0)
        {
            ShutDown(SocketShutdown.Both);
            if (ownsSocket)
            {
                socket.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private void ShutDown(SocketShutdown direction)
    {
        try
        {
            socket.Shutdown(direction);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }
}
