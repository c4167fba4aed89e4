using System.Globalization;
using System.Net;
using System.Net.Sockets;

using VfioMigration.Posix;

namespace VfioMigration.Control;

/// <summary>A place to listen at or to connect to: <c>unix:PATH</c> or <c>tcp:NAME:PORT</c>.</summary>
/// <param name="Text">As written.</param>
/// <param name="Name">The path, or the host name or address.</param>
/// <param name="Port">Null for a UNIX socket.</param>
public sealed record MigrationEndpoint(string Text, string Name, int? Port)
{
    private const string Unix = "unix:";
    private const string Tcp = "tcp:";

    /// <summary>True for a UNIX socket and for the loopback interface: nothing else can listen in.</summary>
    public bool IsLocal => Port is null || Name == "localhost" || (IPAddress.TryParse(Name, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Null with an error message for what is no endpoint.</summary>
    public static MigrationEndpoint? Parse(string text, out string? problem)
    {
        problem = null;
        if (text.StartsWith(Unix, StringComparison.Ordinal) && text.Length > Unix.Length)
        {
            problem = ControlSocketFile.Fits(text[Unix.Length..]) ? null : $"'{text}': the path is too long for a UNIX socket (107 bytes)";
            return problem is null ? new MigrationEndpoint(text, text[Unix.Length..], null) : null;
        }

        int colon = text.LastIndexOf(':');
        if (text.StartsWith(Tcp, StringComparison.Ordinal)
            && colon > Tcp.Length
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and < 65536)
        {
            return new MigrationEndpoint(text, text[Tcp.Length..colon].Trim('[', ']'), port);
        }

        problem = $"'{text}' is neither unix:PATH nor tcp:NAME:PORT";
        return null;
    }

    /// <summary>Throws <see cref="SocketException"/>; <see cref="OperationCanceledException"/> when cancelled.</summary>
    public Socket Connect(CancellationToken cancelled)
    {
        Socket socket = Port is null
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            ValueTask connected = Port is { } port
                ? socket.ConnectAsync(Name, port, cancelled)
                : socket.ConnectAsync(new UnixDomainSocketEndPoint(Name), cancelled);
            connected.AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Throws <see cref="SocketException"/>; <see cref="IOException"/> when something is at the path. Only a socket of this user to which nobody listens any more is replaced.
    /// </summary>
    public Socket Listen()
    {
        Socket listener;
        if (Port is { } port)
        {
            IPAddress address = Name == "localhost" ? IPAddress.Loopback : IPAddress.Parse(Name);
            listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, port));
        }
        else
        {
            RemoveDeadSocket();
            listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(Name));
            File.SetUnixFileMode(Name, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        listener.Listen();
        return listener;
    }

    private void RemoveDeadSocket()
    {
        if (!ControlSocketFile.Exists(Name))
        {
            return;
        }

        if (!ControlSocketFile.IsOwnSocket(Name))
        {
            throw new IOException($"{Name} exists and is not a socket of this user; remove it, or choose another path");
        }

        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            client.Connect(new UnixDomainSocketEndPoint(Name));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(Name);
            return;
        }

        throw new IOException($"{Name}: another process listens there");
    }
}
