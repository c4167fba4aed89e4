namespace VfioMigration.Vmm.Tests.Support;

/// <summary>Time passes only by waiting for it, and then at once: so nothing depends on how fast the machine is.</summary>
internal sealed class TestClock : TimeProvider
{
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Everything that was waited for, and advanced.</summary>
    internal TimeSpan Elapsed => new(Interlocked.Read(ref now));

    /// <summary>Called by a waiter, when the time has passed.</summary>
    internal Action? Waited { get; set; }

    /// <summary>Called after the time was read.</summary>
    internal Action? Asked { get; set; }

    public override long GetTimestamp()
    {
        long read = Interlocked.Read(ref now);
        Asked?.Invoke();
        return read;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            Advance(dueTime);
            Waited?.Invoke();
            dueTime = TimeSpan.Zero;
        }

        return base.CreateTimer(callback, state, dueTime, period);
    }

    internal void Advance(TimeSpan time) => Interlocked.Add(ref now, time.Ticks);
}
