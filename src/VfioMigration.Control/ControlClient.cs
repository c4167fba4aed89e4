using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Control;

/// <summary>A client's connection to one running daemon, good for one request.</summary>
public sealed class ControlClient : IDisposable
{
    private readonly Socket socket;
    private readonly StreamReader reader;

    private ControlClient(Socket socket)
    {
        this.socket = socket;
        reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
    }

    /// <summary>Why the last request failed; null when it succeeded.</summary>
    public string? Error { get; private set; }

    /// <summary>Null, with an error message, when no daemon listens at the socket.</summary>
    public static ControlClient? Connect(string socketPath, out string? problem)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            problem = null;
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            return new ControlClient(socket);
        }
        catch (SocketException error)
        {
            problem = error.SocketErrorCode == SocketError.ConnectionRefused || !File.Exists(socketPath)
                ? $"cannot connect to {socketPath}: daemon not running"
                : $"cannot connect to {socketPath}: {error.Message}";
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Sends a request and yields the answers as they come. <see cref="Error"/> is set when it fails.</summary>
    /// <param name="operation">The operation to request.</param>
    /// <param name="request">Its fields.</param>
    /// <param name="ready">Called when the daemon has accepted the request, see <see cref="ControlLines.Ready"/>.</param>
    public IEnumerable<TAnswer> Ask<TRequest, TAnswer>(ControlOperation<TRequest, TAnswer> operation, TRequest request, Action? ready = null)
        where TRequest : class
        where TAnswer : class
    {
        Error = "the daemon closed the connection";
        Send(operation.Write(request));
        while (ReadLine() is { } line)
        {
            if (line == ControlLines.Ready)
            {
                ready?.Invoke();
            }
            else if (line == ControlLines.Ok)
            {
                Error = null;
                yield break;
            }
            else if (line.StartsWith(ControlLines.Error, StringComparison.Ordinal))
            {
                Error = line[ControlLines.Error.Length..];
                yield break;
            }
            else if (Parse(operation, line) is { } answer)
            {
                yield return answer;
            }
            else
            {
                yield break;
            }
        }
    }

    /// <summary>As <see cref="Ask"/> for an operation that only succeeds or fails: false with <see cref="Error"/>.</summary>
    public bool Do<TRequest, TAnswer>(ControlOperation<TRequest, TAnswer> operation, TRequest request, Action? ready = null)
        where TRequest : class
        where TAnswer : class
    {
        foreach (TAnswer _ in Ask(operation, request, ready))
        {
            // What it answers besides is not wanted.
        }

        return Error is null;
    }

    /// <summary>Gives up waiting for a line after a time; 0 waits for ever.</summary>
    public void LimitSilence(TimeSpan limit) => socket.ReceiveTimeout = (int)limit.TotalMilliseconds;

    /// <summary>
    /// Requests the daemon to cancel the request; the answers until its end can still be read. For long-running requests: migrations.
    /// </summary>
    public void Cancel()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The request has ended already.
        }
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

    private TAnswer? Parse<TRequest, TAnswer>(ControlOperation<TRequest, TAnswer> operation, string line)
        where TRequest : class
        where TAnswer : class
    {
        try
        {
            return operation.ReadAnswer(line);
        }
        catch (JsonException error)
        {
            Error = $"malformed answer to '{operation.Name}': {error.Message}";
            return null;
        }
    }

    /// <summary>A daemon that refuses a client sends the reason and closes: then sending fails, and the reason can still be read.</summary>
    private void Send(byte[] line)
    {
        try
        {
            socket.Send(line);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // See above.
        }
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
}
