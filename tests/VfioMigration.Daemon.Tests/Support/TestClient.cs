using System.Net.Sockets;
using System.Text;

namespace VfioMigration.Daemon.Tests.Support;

/// <summary>A client that sends and reads as the test says.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader reader;

    internal TestClient(string path)
    {
        socket.Connect(new UnixDomainSocketEndPoint(path));
        reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
    }

    internal Socket Socket => socket;

    /// <summary>A server that has refused the client does not hear it any more; the reason can still be read.</summary>
    internal async Task Send(string text)
    {
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text));
        }
        catch (SocketException)
        {
            // See above.
        }
    }

    /// <summary>Null at the end. A server that closes with something unread resets the connection, after the client has read what was sent.</summary>
    internal async Task<string?> ReadLine()
    {
        try
        {
            return await reader.ReadLineAsync().WaitAsync(Background.Patience);
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal async Task<string[]> ReadToEnd()
    {
        var lines = new List<string>();
        while (await ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return [.. lines];
    }

    public void Dispose()
    {
        reader.Dispose();
        socket.Dispose();
    }
}
