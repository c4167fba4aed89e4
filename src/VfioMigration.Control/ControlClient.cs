using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using VfioMigration.Control.Requests;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Control;

/// <summary>A client's connection to one running daemon, good for one request.</summary>
public sealed class ControlClient : IDisposable
{
    /// <summary>How long a daemon may take to accept a connection, and to answer the question for its hosts.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(5);

    private readonly string path;
    private readonly Socket socket;
    private readonly AnswerLines lines;
    private bool isProbe;
    private bool hasAnswered;

    private ControlClient(string path, Socket socket)
    {
        this.path = path;
        this.socket = socket;
        lines = new AnswerLines(socket);
    }

    /// <summary>Why the last request failed; null when it succeeded.</summary>
    public string? Error { get; private set; }

    /// <summary>
    /// False: when nothing comes for <see cref="MaxSilence"/> and the daemon does not answer another client either, the request has failed. True: the
    /// request waits until the daemon goes on, for what must not be given up because a daemon was stopped for a while.
    /// </summary>
    public bool IsPatient { get; private init; }

    /// <summary>For tests: another time than <see cref="MaxSilence"/>.</summary>
    internal TimeSpan Silence { get; init; } = MaxSilence;

    /// <summary>Null, with an error message, when no daemon listens at the socket.</summary>
    /// <param name="socketPath">Path of the socket.</param>
    /// <param name="problem">The error message.</param>
    /// <param name="isPatient">See <see cref="IsPatient"/>.</param>
    public static ControlClient? Connect(string socketPath, out string? problem, bool isPatient = false)
    {
        ControlClient? client = TryConnect(socketPath, out SocketError error, isPatient);
        problem = client is not null ? null : $"cannot connect to {socketPath}: {Describe(error)}";
        return client;
    }

    /// <summary>As the other one, for callers to whom a socket without a daemon is no error.</summary>
    /// <param name="socketPath">Path of the socket.</param>
    /// <param name="error"><see cref="SocketError.ConnectionRefused"/>: no daemon there.</param>
    /// <param name="isPatient">See <see cref="IsPatient"/>.</param>
    /// <param name="silence">See <see cref="Silence"/>.</param>
    internal static ControlClient? TryConnect(string socketPath, out SocketError error, bool isPatient = false, TimeSpan? silence = null)
    {
        // The send timeout is also that of connect(2), which waits while the queue of a stopped daemon is full (unix(7)).
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = (int)(silence ?? MaxSilence).TotalMilliseconds };
        try
        {
            error = SocketError.Success;
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            return new ControlClient(socketPath, socket) { IsPatient = isPatient, Silence = silence ?? MaxSilence };
        }
        catch (SocketException refused)
        {
            error = File.Exists(socketPath) ? refused.SocketErrorCode : SocketError.ConnectionRefused;
            socket.Dispose();
            return null;
        }
    }

    internal static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "daemon not running",
        SocketError.WouldBlock or SocketError.TimedOut => $"the daemon accepts no connection within {MaxSilence.TotalSeconds:0} s",
        _ => new SocketException((int)error).Message,
    };

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

    /// <summary>The names of the daemon's hosts; null with <see cref="Error"/> when it does not answer within <see cref="MaxSilence"/>.</summary>
    internal IReadOnlyList<string>? AskForHosts()
    {
        isProbe = true;
        string[] hosts = [.. Ask(ControlTable.Hosts, new HostsRequest())];
        return Error is null ? hosts : null;
    }

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

    /// <summary>Sends descriptors in one message, in the order that the operation names.</summary>
    public Errno SendDescriptors(params IReadOnlyList<SafeHandle> descriptors) =>
        FdSocket.SendDescriptors(socket.SafeHandle, [.. descriptors.Select(static descriptor => (int)descriptor.DangerousGetHandle())]);

    public void Dispose()
    {
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

    /// <summary>Null at the end, also when the connection broke or was disposed meanwhile, and when the daemon does not answer.</summary>
    private string? ReadLine()
    {
        string? line = lines.Read(Silence, () =>
        {
            bool goesOn = IsPatient || (!isProbe && DaemonAnswers());
            Error = goesOn ? Error : $"the daemon at {path} does not answer within {Silence.TotalSeconds:0} s; it may be stopped";
            return goesOn;
        });
        hasAnswered |= line is not null;
        return line;
    }

    /// <summary>An operation may take its time; the daemon itself answers at once, if only that it has too many clients.</summary>
    private bool DaemonAnswers()
    {
        using ControlClient? probe = TryConnect(path, out SocketError _, silence: Silence);
        _ = probe?.AskForHosts();
        return probe?.hasAnswered == true;
    }
}
