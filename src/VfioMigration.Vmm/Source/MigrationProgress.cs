namespace VfioMigration.Vmm.Source;

/// <summary>Tells the observer what the sender does, and measures rounds and downtime.</summary>
internal sealed class MigrationProgress(TimeProvider clock, IMigrationObserver observer)
{
    /// <summary>Progress is reported after this many bytes.</summary>
    private const long Step = 4 * 1024 * 1024;

    private const double Mebibyte = 1024 * 1024;

    private readonly long began = clock.GetTimestamp();
    private MigrationPhase phase = MigrationPhase.Check;
    private int round;
    private long roundBegan;
    private long roundStart;
    private long lastReported;
    private long expected;
    private long? stopped;

    private TimeSpan Elapsed => clock.GetElapsedTime(began);

    /// <summary>Bytes per second of the last round that sent something; 0 before the first.</summary>
    internal double Rate { get; private set; }

    internal void Begin(MigrationPhase next, long bytes)
    {
        phase = next;
        observer.PhaseBegan(phase, Elapsed, bytes);
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
            observer.Progressed(phase, Elapsed, round, bytes, bytes - roundStart, expected);
        }
    }

    internal void EndRound(long bytes, long pages, long dirtyPages)
    {
        double seconds = clock.GetElapsedTime(roundBegan).TotalSeconds;
        long sent = bytes - roundStart;
        Rate = sent > 0 && seconds > 0 ? sent / seconds : Rate;
        observer.RoundEnded(phase, Elapsed, new MigrationRound(round, pages, dirtyPages, bytes, sent, seconds > 0 ? sent / seconds : null));
    }

    /// <summary>The guest's processor is stopped from now on.</summary>
    internal void Stopped() => stopped = clock.GetTimestamp();

    internal void Report(string message) => observer.Noted(phase, Elapsed, message);

    /// <summary>The end, with the targets of the policy that were missed.</summary>
    /// <param name="message">For people.</param>
    /// <param name="policy">The requested policy.</param>
    /// <param name="sentBytes">Bytes sent; null when it is not known.</param>
    /// <param name="guestRan">Whether there was a guest that ran, and so had a downtime.</param>
    internal void Done(string message, MigrationPolicy policy, long? sentBytes, bool guestRan)
    {
        TimeSpan elapsed = Elapsed;
        TimeSpan? downtime = stopped is { } since ? clock.GetElapsedTime(since) : null;
        if (guestRan && downtime > policy.DowntimeTarget)
        {
            message += Text($"; the requested downtime of {policy.DowntimeTarget.TotalMilliseconds:0.0} ms was exceeded");
        }

        double rate = elapsed > TimeSpan.Zero ? (sentBytes ?? 0) / elapsed.TotalSeconds : 0;
        if (policy.BytesPerSecond > 0 && rate > policy.BytesPerSecond)
        {
            message += Text($"; sent at {rate / Mebibyte:0.###} MiB/s on average, above the limit of {policy.BytesPerSecond / Mebibyte:0.###} MiB/s, which does not apply while the guest is stopped");
        }

        observer.Completed(elapsed, downtime, message);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    internal void Fail(string message) => observer.Failed(phase, Elapsed, message);
}
