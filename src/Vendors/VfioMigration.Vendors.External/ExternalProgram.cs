using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Faults;

namespace VfioMigration.Vendors.External;

/// <summary>
/// A driver's program over its restarts: one that died or hung is started again by the next question, at most once a second, and is told of the devices there are.
/// </summary>
internal sealed class ExternalProgram(string command, TimeSpan patience, TimeProvider clock, Action<string> report) : IDisposable
{
    private const int LongestMessage = 256;

    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, string> devices = new();
    private ExternalSession? session;
    private long? started;
    private bool isDisposed;

    /// <summary>
    /// The <c>result</c> of the answer, or the errno of its <c>error</c>. ETIMEDOUT, EIO and EBUSY when there is none, see <see cref="ExternalSession.Ask"/>; EPROTO when
    /// the answer is neither.
    /// </summary>
    internal Result<JsonObject> Ask(string method, JsonObject parameters)
    {
        if (Current() is not { } current)
        {
            return Errno.EIO;
        }

        if (!current.Ask(method, parameters, patience).TryGet(out JsonObject answer, out Errno error))
        {
            return error;
        }

        if (answer["result"] is JsonObject result)
        {
            return result;
        }

        Errno said = ErrnoOf(answer["error"]);
        string? message = (answer["error"] as JsonObject)?["message"] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        if (said == Errno.EPROTO)
        {
            return Complain(method, "neither a result nor an error with a known errno");
        }

        if (message is not null && said != Errno.EOPNOTSUPP)
        {
            report($"answers '{method}' with {said.Name()}: {Printable(message)}");
        }

        return said;
    }

    /// <summary>An answer of another form than was asked for: EPROTO, and a line in the log.</summary>
    internal Errno Complain(string method, string what)
    {
        report($"answers '{method}' with {what}");
        return Errno.EPROTO;
    }

    /// <summary>A device came: the program is told now, and again after every restart.</summary>
    internal Errno Create(string type, string uuid)
    {
        Errno error = Ask("create", Device(type, uuid, false)).Error;
        if (error == Errno.None)
        {
            devices[uuid] = type;
        }

        return error;
    }

    internal void Remove(string uuid)
    {
        if (devices.TryRemove(uuid, out string? type))
        {
            Ask("remove", Device(type, uuid, false));
        }
    }

    public void Dispose()
    {
        ExternalSession? last;
        lock (gate)
        {
            isDisposed = true;
            last = session;
        }

        last?.Dispose();
    }

    /// <summary>What a question is about: a type, or with a UUID a device of it.</summary>
    internal static JsonObject Subject(string type, string? uuid) => new() { ["type"] = type, ["uuid"] = uuid };

    /// <summary>The errno that a program names, as people write it. EPROTO for none, and for EINTR, which only a signal causes: its caller would ask for ever.</summary>
    internal static Errno ErrnoOf(JsonNode? error) =>
        error is JsonObject said
        && said["errno"] is JsonValue value
        && value.TryGetValue(out string? name)
        && ErrnoNames.TryParse(name, out Errno errno)
        && errno != Errno.EINTR
            ? errno
            : Errno.EPROTO;

    private static string Printable(string message) => SysfsText.Printable(Encoding.UTF8.GetBytes(message.Length > LongestMessage ? message[..LongestMessage] : message));

    private ExternalSession? Current()
    {
        ExternalSession made;
        lock (gate)
        {
            if (session is { IsOver: false } || isDisposed)
            {
                return isDisposed ? null : session;
            }

            if (started is { } before && clock.GetElapsedTime(before) < RestartPause)
            {
                return null;
            }

            started = clock.GetTimestamp();
            if (ExternalSession.Start(command, reason => report($"'{command}' {reason}")) is not { } fresh)
            {
                return null;
            }

            session = made = fresh;
        }

        foreach ((string uuid, string type) in devices)
        {
            made.Ask("create", Device(type, uuid, true), patience);
        }

        return made;
    }

    private static JsonObject Device(string type, string uuid, bool restored)
    {
        JsonObject subject = Subject(type, uuid);
        subject["restored"] = restored;
        return subject;
    }
}
