using System.Net.Sockets;
using System.Text;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>The host's end of a serial port of a guest. A byte is a character (Latin-1), both ways.</summary>
/// <param name="name">What the port is called in failures.</param>
/// <param name="socket">Where QEMU connects to.</param>
/// <param name="deadline">Ends waiting.</param>
internal sealed class GuestConsole(string name, QemuSocket socket, QemuDeadline deadline) : IDisposable
{
    private const int TailLength = 3000;

    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private NetworkStream? stream;
    private TaskCompletionSource changed = NewSignal();
    private bool isEnded;
    private int seen;

    /// <summary>All that was printed until now. Complete when QEMU has ended and <see cref="Ended"/> as well.</summary>
    internal string Text
    {
        get
        {
            lock (gate)
            {
                return text.ToString();
            }
        }
    }

    /// <summary>The last that was printed.</summary>
    internal string Tail => Text is { Length: > TailLength } all ? all[^TailLength..] : Text;

    /// <summary>Ends when QEMU has closed the port and all was read.</summary>
    internal Task Ended { get; private set; } = Task.CompletedTask;

    internal async Task Accept(CancellationToken cancellation)
    {
        (stream, _) = await socket.Accept(cancellation);
        Ended = Read();
    }

    /// <summary>
    /// Waits for a complete line, which is returned without its end. Every line is looked at by one wait only: the next begins behind the line that ended the last.
    /// A guest that arrives by migration may begin in the middle of a line. One wait at a time.
    /// </summary>
    internal Task<string> WaitForLine(Func<string, bool> accepts, CancellationToken cancellation = default) =>
        deadline.Await($"a line on {name}", token => NextLine(accepts, token), cancellation);

    /// <summary>Waits for a line that a regular expression matches, as <see cref="WaitForLine(Func{string, bool}, CancellationToken)"/>.</summary>
    internal Task<string> WaitForLine(string pattern, CancellationToken cancellation = default) => deadline.Await(
        $"a line like '{pattern}' on {name}",
        token => NextLine(line => System.Text.RegularExpressions.Regex.IsMatch(line, pattern), token),
        cancellation);

    internal Task SendLine(string line, CancellationToken cancellation = default) => Send(line + '\n', cancellation);

    /// <summary>Types. It ends when the host's kernel has it; the guest may get it later.</summary>
    internal Task Send(string typed, CancellationToken cancellation = default) => deadline.Await(
        $"{name} to take input",
        async token =>
        {
            await stream!.WriteAsync(Encoding.Latin1.GetBytes(typed), token);
            return true;
        },
        cancellation);

    public void Dispose()
    {
        stream?.Dispose();
        socket.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<string> NextLine(Func<string, bool> accepts, CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            bool wasEnded;
            lock (gate)
            {
                more = changed.Task;
                wasEnded = isEnded;
            }

            while (TakeLine() is { } line)
            {
                if (accepts(line))
                {
                    return line;
                }
            }

            if (wasEnded)
            {
                throw new EndOfStreamException();
            }

            await more.WaitAsync(cancellation);
        }
    }

    private string? TakeLine()
    {
        lock (gate)
        {
            for (int at = seen; at < text.Length; at++)
            {
                if (text[at] == '\n')
                {
                    string line = text.ToString(seen, at - seen).TrimEnd('\r');
                    seen = at + 1;
                    return line;
                }
            }

            return null;
        }
    }

    private async Task Read()
    {
        byte[] buffer = new byte[4096];
        int length;
        do
        {
            length = await ReadSome(buffer);
            lock (gate)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, length));
                isEnded = length == 0;
                changed.SetResult();
                changed = NewSignal();
            }
        }
        while (length > 0);
    }

    /// <summary>The socket of a killed QEMU may be reset; that is its end as well.</summary>
    private async Task<int> ReadSome(byte[] buffer)
    {
        try
        {
            return await stream!.ReadAsync(buffer);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
