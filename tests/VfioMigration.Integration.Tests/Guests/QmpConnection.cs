using System.Net.Sockets;
using System.Text.Json;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>A client of the QEMU Machine Protocol, beyond its greeting. Waits throw <see cref="EndOfStreamException"/> when QEMU has ended.</summary>
internal sealed class QmpConnection : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly NetworkStream stream;
    private readonly StreamReader reader;
    private readonly Dictionary<int, TaskCompletionSource<JsonElement>> pending = [];
    private readonly List<JsonElement> events = [];
    private TaskCompletionSource changed = NewSignal();
    private bool isEnded;
    private int lastId;

    private QmpConnection(NetworkStream stream)
    {
        this.stream = stream;
        reader = new StreamReader(stream);
    }

    /// <summary>True when QEMU has closed the connection, as it does when it ends.</summary>
    internal bool IsEnded
    {
        get
        {
            lock (gate)
            {
                return isEnded;
            }
        }
    }

    internal static async Task<QmpConnection> Open(NetworkStream stream, CancellationToken cancellation)
    {
        var connection = new QmpConnection(stream);
        _ = await connection.reader.ReadLineAsync(cancellation) ?? throw new EndOfStreamException();
        _ = connection.ReadAll();
        await connection.Execute("qmp_capabilities", null, cancellation);
        return connection;
    }

    /// <summary>The member <c>return</c> of the answer.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">What serializes to the object of arguments; null for none.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="QmpException">QEMU refused it.</exception>
    internal async Task<JsonElement> Execute(string command, object? arguments, CancellationToken cancellation)
    {
        TaskCompletionSource<JsonElement> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int id;
        lock (gate)
        {
            if (isEnded)
            {
                throw new EndOfStreamException();
            }

            id = ++lastId;
            pending.Add(id, answer);
        }

        await Write(new { execute = command, arguments = arguments ?? new { }, id }, cancellation);
        JsonElement reply = await answer.Task.WaitAsync(cancellation);
        return reply.TryGetProperty("error", out JsonElement error) ? throw new QmpException(command, error) : reply.GetProperty("return");
    }

    /// <summary>
    /// Waits for an event, or finds it among those that came before; its member <c>data</c>. An event is found once, and forgotten with the earlier ones of its name.
    /// </summary>
    internal async Task<JsonElement> NextEvent(string name, Func<JsonElement, bool> accepts, CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            lock (gate)
            {
                more = changed.Task;
                if (TakeEvent(name, accepts) is { } data)
                {
                    return data;
                }

                if (isEnded)
                {
                    throw new EndOfStreamException();
                }
            }

            await more.WaitAsync(cancellation);
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        stream.Dispose();
        writing.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static bool IsNamed(JsonElement message, string name) => message.GetProperty("event").GetString() == name;

    private static JsonElement Data(JsonElement message) => message.TryGetProperty("data", out JsonElement data) ? data : default;

    private async Task Write(object message, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message), cancellation);
        }
        finally
        {
            writing.Release();
        }
    }

    private JsonElement? TakeEvent(string name, Func<JsonElement, bool> accepts)
    {
        int found = events.FindIndex(message => IsNamed(message, name) && accepts(Data(message)));
        if (found < 0)
        {
            return null;
        }

        JsonElement data = Data(events[found]);
        List<JsonElement> kept = [.. events.Where((message, index) => index > found || !IsNamed(message, name))];
        events.Clear();
        events.AddRange(kept);
        return data;
    }

    private async Task ReadAll()
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                using var document = JsonDocument.Parse(line);
                Take(document.RootElement.Clone());
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException)
        {
            // Killed, perhaps in the middle of a message: an end as any other.
        }

        End();
    }

    private void Take(JsonElement message)
    {
        lock (gate)
        {
            if (message.TryGetProperty("event", out _))
            {
                events.Add(message);
                Signal();
            }
            else if (message.TryGetProperty("id", out JsonElement id) && pending.Remove(id.GetInt32(), out TaskCompletionSource<JsonElement>? answer))
            {
                answer.SetResult(message);
            }
        }
    }

    private void End()
    {
        lock (gate)
        {
            isEnded = true;
            foreach (TaskCompletionSource<JsonElement> answer in pending.Values)
            {
                answer.TrySetException(new EndOfStreamException());
            }

            Signal();
        }
    }

    private void Signal()
    {
        changed.SetResult();
        changed = NewSignal();
    }
}
