using System.Net.Sockets;
using System.Text;
using VfioMigration.Control;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Protocol;

/// <summary>
/// One client: its request is read, lines are sent, and the last line ends it. A client that has disconnected makes these methods throw
/// <see cref="SocketException"/>, a daemon that stops <see cref="OperationCanceledException"/>.
/// </summary>
internal sealed class ControlConnection(Socket client, TimeProvider clock, CancellationToken stopping)
{
    /// <summary>For the whole request, and for descriptors after <c>.ready</c>: a silent client does not keep its place.</summary>
    internal static readonly TimeSpan RequestDeadline = TimeSpan.FromSeconds(5);

    /// <summary>The line of the request, without its newline; null with an error message.</summary>
    internal async Task<(ReadOnlyMemory<byte>? Line, string? Problem)> ReadRequest()
    {
        byte[] buffer = new byte[ControlRequestFormat.MaxBytes + 1];
        int length = 0;
        using var deadline = new CancellationTokenSource(RequestDeadline, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            while (true)
            {
                int received = await client.ReceiveAsync(buffer.AsMemory(length), ended.Token);
                int newline = buffer.AsSpan(length, received).IndexOf((byte)'\n');
                length += received;
                if (newline >= 0)
                {
                    newline += length - received;
                    return newline == length - 1 ? (buffer.AsMemory(0, newline), null) : (null, "malformed request: data after the newline");
                }

                if (received == 0)
                {
                    return (null, "malformed request: not terminated by a newline");
                }

                if (length == buffer.Length)
                {
                    return (null, $"the request is longer than {ControlRequestFormat.MaxBytes} bytes");
                }
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return (null, $"no complete request within {RequestDeadline.TotalSeconds:0} s");
        }
    }

    /// <summary>The request was accepted, see <see cref="ControlLines.Ready"/>.</summary>
    internal Task Ready() => SendText(ControlLines.Ready + "\n");

    /// <summary>Sends lines that are escaped already.</summary>
    internal Task SendLines(IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            text.Append(line).Append('\n');
        }

        return SendText(text.ToString());
    }

    /// <summary>The last line: success for null, else an error message.</summary>
    internal Task End(string? problem) => SendText(ControlLines.End(problem) + "\n");

    /// <summary>Receives descriptors; null with an error message when others or none came in time.</summary>
    internal async Task<(FileDescriptor[]? Descriptors, string? Problem)> ReceiveDescriptors(int count)
    {
        await Ready();
        using var deadline = new CancellationTokenSource(RequestDeadline, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            // Nothing is read by this: the descriptors come with the first byte, which only recvmsg(2) may take.
            await client.ReceiveAsync(Memory<byte>.Empty, ended.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return (null, $"no descriptors within {RequestDeadline.TotalSeconds:0} s");
        }

        Result<FileDescriptor[]> received = FdSocket.ReceiveDescriptors(client.SafeHandle);
        if (!received.TryGet(out FileDescriptor[] descriptors))
        {
            return (null, $"no descriptors were sent{(received.Error == Errno.ENODATA ? "" : $": {received.Error.Text()} ({received.Error.Name()})")}");
        }

        if (descriptors.Length == count)
        {
            return (descriptors, null);
        }

        Array.ForEach(descriptors, descriptor => descriptor.Dispose());
        return (null, $"expected {count} descriptor{(count == 1 ? "" : "s")}, received {descriptors.Length}");
    }

    /// <summary>Watches from now on whether the client closes its end.</summary>
    internal ClientWatch Watch() => new(client, stopping);

    /// <summary>The socket, for an operation that sends no lines any more; it stays this connection's.</summary>
    internal Socket Socket => client;

    private async Task SendText(string text)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(text);
        while (!rest.IsEmpty)
        {
            rest = rest[await client.SendAsync(rest, stopping)..];
        }
    }
}
