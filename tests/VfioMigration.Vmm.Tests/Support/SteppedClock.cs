namespace VfioMigration.Vmm.Tests.Support;

/// <summary>Time passes only when a test says so; timers that are due fire on the test's thread.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private readonly object gate = new();
    private readonly List<SteppedTimer> timers = [];
    private TimeSpan now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return now.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (gate)
        {
            timers.Add(timer);
        }

        return timer;
    }

    /// <summary>Waits until a timer is due within so much time.</summary>
    internal void WaitForTimer(TimeSpan within)
    {
        lock (gate)
        {
            while (!timers.Exists(timer => timer.Due is { } due && due - now <= within))
            {
                Assert.True(Monitor.Wait(gate, Background.Patience));
            }
        }
    }

    internal void Advance(TimeSpan time)
    {
        List<SteppedTimer> due;
        lock (gate)
        {
            now += time;
            due = timers.FindAll(timer => timer.Due <= now);
        }

        due.ForEach(static timer => timer.Fire());
    }

    private sealed class SteppedTimer(SteppedClock clock, Action fire) : ITimer
    {
        internal TimeSpan? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                Due = dueTime < TimeSpan.Zero ? null : clock.now + dueTime;
                Monitor.PulseAll(clock.gate);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            lock (clock.gate)
            {
                Due = null;
            }

            fire();
        }
    }
}
