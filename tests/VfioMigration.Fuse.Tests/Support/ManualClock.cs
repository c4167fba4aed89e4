namespace VfioMigration.Fuse.Tests.Support;

/// <summary>A clock whose timers fire when the test says so, on the test's thread.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly object gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state), GetUtcNow() + dueTime);
        lock (gate)
        {
            timers.Add(timer);
            Monitor.PulseAll(gate);
        }

        return timer;
    }

    /// <summary>Waits until a timer is pending.</summary>
    internal bool WaitForTimer(TimeSpan timeout)
    {
        lock (gate)
        {
            return timers.Count > 0 || Monitor.Wait(gate, timeout);
        }
    }

    internal void Advance(TimeSpan time)
    {
        List<ManualTimer> due;
        lock (gate)
        {
            now += time;
            due = timers.FindAll(timer => timer.Due <= now);
            timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    private sealed class ManualTimer(Action fire, DateTimeOffset due) : ITimer
    {
        private volatile bool stopped;

        internal DateTimeOffset Due { get; } = due;

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => stopped = true;

        public ValueTask DisposeAsync()
        {
            stopped = true;
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            if (!stopped)
            {
                fire();
            }
        }
    }
}
