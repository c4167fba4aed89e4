using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Control;

/// <summary>A client's connection to one running daemon.</summary>
public sealed class ControlClient : IDisposable
{
    /// <summary>Names the daemon's socket to programs that <c>vfiomig run</c> started.</summary>
    public const string SocketVariable = "VFIOMIG_SOCKET";

    /// <summary>Names the host to programs that <c>vfiomig run</c> started.</summary>
    public const string HostVariable = "VFIOMIG_HOST";

    private readonly Socket socket;
    private readonly StreamReader reader;

    private ControlClient(Socket socket)
    {
        this.socket = socket;
        reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
    }

    /// <summary>The error of the last answer, when it ended with one.</summary>
    public string? Error { get; private set; }

    /// <summary>
    /// Finds the daemon that serves a host: the one <see cref="SocketVariable"/> names, else the one of all running that has a host
    /// of that name, or the only host there is.
    /// </summary>
    public static (string? Socket, string? Host, string? Problem) Find(string? host)
    {
        string? wanted = host ?? Environment.GetEnvironmentVariable(HostVariable);
        if (Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } named && (host is null || HostsOf(named).Contains(host)))
        {
            return (named, wanted, null);
        }

        IReadOnlyList<(string Socket, string Host)> running = Running();
        (string Socket, string Host)[] matching = [.. running.Where(pair => wanted is null || pair.Host == wanted)];
        string list = running.Count == 0 ? "none is running; start one with 'vfiomig up DIR'" : $"running: {string.Join(", ", running.Select(pair => pair.Host))}";
        return matching.Length switch
        {
            1 => (matching[0].Socket, matching[0].Host, null),
            0 => (null, null, $"no running host{(wanted is null ? "" : $" '{wanted}'")}; {list}"),
            _ when wanted is null => (null, null, $"several hosts are running, choose with --host; {list}"),
            _ => (null, null, $"{matching.Length} daemons serve a host '{wanted}'; set {SocketVariable} to one of: {string.Join(", ", matching.Select(pair => pair.Socket))}"),
        };
    }

    /// <summary>Every host of every daemon that answers.</summary>
    public static IReadOnlyList<(string Socket, string Host)> Running() =>
        [.. Sockets().SelectMany(socket => HostsOf(socket).Select(name => (socket, name)))];

    public static ControlClient? Connect(string socketPath)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            return new ControlClient(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Sends a request and yields the lines of the answer as they come. <see cref="Error"/> is set when it ends badly.</summary>
    public IEnumerable<string> Ask(ControlRequest request)
    {
        socket.Send(JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Default.ControlRequest));
        socket.Send("\n"u8);
        while (ReadLine() is { } line)
        {
            if (line == ".ok")
            {
                yield break;
            }

            if (line.StartsWith(".error ", StringComparison.Ordinal))
            {
                Error = line[7..];
                yield break;
            }

            yield return line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line;
        }

        Error = "the daemon closed the connection";
    }

    public Errno SendDescriptor(SafeHandle descriptor) =>
        FdSocket.SendDescriptors(socket.SafeHandle, (int)descriptor.DangerousGetHandle());

    /// <summary>Sends a descriptor to read from and one to write to.</summary>
    public Errno SendDescriptors(SafeHandle input, SafeHandle output) =>
        FdSocket.SendDescriptors(socket.SafeHandle, (int)input.DangerousGetHandle(), (int)output.DangerousGetHandle());

    public void Dispose()
    {
        reader.Dispose();
        socket.Dispose();
    }

    /// <summary>Null at the end, also when the connection broke or was disposed meanwhile.</summary>
    private string? ReadLine()
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Sockets() =>
        Directory.Exists(ControlSocketFile.Folder) ? Directory.EnumerateFiles(ControlSocketFile.Folder, "*.sock").Order(StringComparer.Ordinal) : [];

    private static string[] HostsOf(string socketPath)
    {
        using ControlClient? client = Connect(socketPath);
        return client is null ? [] : [.. client.Ask(new ControlRequest(ControlOperations.Hosts))];
    }
}
