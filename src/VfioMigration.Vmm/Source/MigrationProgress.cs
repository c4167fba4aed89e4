namespace VfioMigration.Vmm.Source;

/// <summary>Turns what the sender does into events, and measures rounds and downtime.</summary>
internal sealed class MigrationProgress(TimeProvider clock, Action<MigrationEvent> observer)
{
    /// <summary>Progress is reported after so many bytes.</summary>
    private const long Step = 4 * 1024 * 1024;

    private readonly long began = clock.GetTimestamp();
    private string phase = "check";
    private int round;
    private long roundBegan;
    private long roundStart;
    private long lastReported;
    private long expected;
    private long? stopped;

    private double Now => clock.GetElapsedTime(began).TotalSeconds;

    /// <summary>Bytes per second of the last round that sent something; 0 before the first.</summary>
    internal double Rate { get; private set; }

    internal void Begin(string name, long bytes, long? total = null)
    {
        phase = name;
        observer(new MigrationEvent("phase", Now, phase, Bytes: bytes, TotalBytes: total));
    }

    internal void BeginRound(long bytes, long total)
    {
        round++;
        roundBegan = clock.GetTimestamp();
        roundStart = lastReported = bytes;
        expected = total;
    }

    internal void Sent(long bytes)
    {
        if (bytes - lastReported >= Step)
        {
            lastReported = bytes;
            observer(new MigrationEvent("progress", Now, phase, round, Bytes: bytes, RoundBytes: bytes - roundStart, TotalBytes: expected));
        }
    }

    internal void EndRound(long bytes, long pages, long dirtyPages)
    {
        double seconds = clock.GetElapsedTime(roundBegan).TotalSeconds;
        long sent = bytes - roundStart;
        Rate = sent > 0 && seconds > 0 ? sent / seconds : Rate;
        observer(new MigrationEvent(
            "round", Now, phase, round, pages, dirtyPages, bytes, sent, BytesPerSecond: seconds > 0 ? sent / seconds : null));
    }

    /// <summary>The guest's processor stands still from now on.</summary>
    internal void Stopped() => stopped = clock.GetTimestamp();

    internal void Say(string message) => observer(new MigrationEvent("progress", Now, phase, Message: message));

    internal void Done(string message) =>
        observer(new MigrationEvent(
            "done", Now, DowntimeSeconds: stopped is { } since ? clock.GetElapsedTime(since).TotalSeconds : null, Message: message));

    internal void Fail(string message) => observer(new MigrationEvent("failed", Now, phase, Message: message));
}
