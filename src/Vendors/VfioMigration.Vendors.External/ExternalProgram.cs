using System.Collections.Concurrent;
using System.Text.Json.Nodes;

using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.External;

/// <summary>
/// A driver's program over its restarts: one that died or hung is restarted by the next request, at most once a second, and gets the existing devices again.
/// </summary>
/// <param name="command">Given to a shell.</param>
/// <param name="maxTime">An answer may take no longer, and from a program that starts five seconds more; null for the limit of the callback alone.</param>
/// <param name="calls">Knows what is left of the limit of the callback.</param>
/// <param name="clock">Of the host.</param>
/// <param name="report">Gets messages about the program, to follow "the driver's program".</param>
internal sealed class ExternalProgram(string command, TimeSpan? maxTime, VendorCalls calls, TimeProvider clock, Action<string> report) : IDisposable
{
    /// <summary>An interpreter takes its time to start.</summary>
    private static readonly TimeSpan StartingTime = TimeSpan.FromSeconds(5);

    /// <summary>Of a request in a callback without one.</summary>
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(5);

    /// <summary>Between the deadline of a request and that of its callback: a program that does not answer is killed and ETIMEDOUT returned before the callback is abandoned.</summary>
    private static readonly TimeSpan MaxMargin = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, string> devices = new();
    private ExternalSession? session;
    private long? started;
    private bool isDisposed;

    /// <summary>Names that the program declared; set once, before the first device.</summary>
    internal DriverErrnos Errnos { get; set; } = DriverErrnos.None;

    /// <summary>
    /// The <c>result</c> of the answer, or the errno of its <c>error</c>. ETIMEDOUT, EIO and EBUSY when there is none, see <see cref="ExternalSession.Ask"/>; EPROTO when
    /// the answer is neither.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="waits">True to wait until the program may be restarted: for what a guest depends on.</param>
    internal Result<JsonObject> Ask(string method, JsonObject parameters, bool waits = false)
    {
        if (waits)
        {
            WaitForRestart();
        }

        if (Current() is not { } current)
        {
            return Errno.EIO;
        }

        if (!current.Ask(method, parameters, LimitFor(current)).TryGet(out JsonObject answer, out Errno error))
        {
            return error;
        }

        return answer["result"] is JsonObject result ? result
            : answer["error"] is JsonObject refusal ? ErrorOf(method, refusal)
            : ReportMalformed(method, "neither a result nor an error");
    }

    /// <summary>An answer of an unexpected form: EPROTO, and a line in the log.</summary>
    internal Errno ReportMalformed(string method, string what)
    {
        report($"answers '{method}' with {what}");
        return Errno.EPROTO;
    }

    /// <summary>
    /// The errno that an answer names: a name of Linux or one that the program declared, or a number from 1 to <see cref="ErrnoExtensions.MaxErrno"/>. EPROTO, with a line in the log, for
    /// any other, and for EINTR, which only a signal causes: its caller would retry for ever.
    /// </summary>
    internal Errno ErrnoOf(string method, JsonObject answer)
    {
        Errno errno = Errno.None;
        if (answer["errno"] is JsonValue value)
        {
            bool isKnown = value.TryGetValue(out string? name) ? Errnos.TryParse(name, out errno)
                : value.TryGetValue(out int number) && number is > 0 and <= ErrnoExtensions.MaxErrno && (errno = (Errno)number) == errno;
            if (isKnown && errno != Errno.EINTR)
            {
                return errno;
            }
        }

        string said = answer["errno"] is { } other ? ExternalAnswer.Printable(other.ToJsonString()) : "no errno";
        return ReportMalformed(method, $"{said}, which is {(errno == Errno.EINTR ? "not for drivers" : "no errno that Linux or this driver knows")}");
    }

    /// <summary>A device was added: the program is notified now, and again after every restart.</summary>
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

    /// <summary>The subject of a request: a type, or with a UUID a device of it.</summary>
    internal static JsonObject Subject(string type, string? uuid) => new() { ["type"] = type, ["uuid"] = uuid };

    private Errno ErrorOf(string method, JsonObject refusal)
    {
        Errno error = ErrnoOf(method, refusal);
        if (error is not (Errno.EOPNOTSUPP or Errno.EPROTO) && refusal["message"] is JsonValue value && value.TryGetValue(out string? message))
        {
            report($"answers '{method}' with {Errnos.NameOf(error)}: {ExternalAnswer.Printable(message)}");
        }

        return error;
    }

    private TimeSpan LimitFor(ExternalSession asked)
    {
        TimeSpan left = calls.TimeLeft;
        TimeSpan starting = asked.HasAnswered ? TimeSpan.Zero : StartingTime;
        if (left == Timeout.InfiniteTimeSpan)
        {
            return (maxTime ?? DefaultLimit) + starting;
        }

        TimeSpan margin = left / 4 < MaxMargin ? left / 4 : MaxMargin;
        TimeSpan usable = left - margin;
        return maxTime is { } most && most + starting < usable ? most + starting : usable;
    }

    /// <summary>Returns when the next request may restart a program that has ended; at most <see cref="RestartPause"/>, and what is left of the callback's limit.</summary>
    private void WaitForRestart()
    {
        TimeSpan pause;
        lock (gate)
        {
            pause = session is { IsOver: false } || isDisposed || started is not { } before ? TimeSpan.Zero : RestartPause - clock.GetElapsedTime(before);
        }

        TimeSpan left = calls.TimeLeft;
        if (pause > TimeSpan.Zero && (left == Timeout.InfiniteTimeSpan || pause < left - MaxMargin))
        {
            Task.Delay(pause, clock).GetAwaiter().GetResult();
        }
    }

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
            if (ExternalSession.Start(command, clock, reason => report($"'{command}' {reason}")) is not { } fresh)
            {
                return null;
            }

            session = made = fresh;
        }

        foreach ((string uuid, string type) in devices)
        {
            made.Ask("create", Device(type, uuid, true), LimitFor(made));
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
