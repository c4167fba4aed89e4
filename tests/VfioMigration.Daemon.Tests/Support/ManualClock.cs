using System.Threading.Channels;

namespace VfioMigration.Daemon.Tests.Support;

/// <summary>Time passes when a test says so.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly Channel<TimeSpan> created = Channel.CreateUnbounded<TimeSpan>();
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
        lock (gate)
        {
            var timer = new ManualTimer(this, () => callback(state), now + dueTime);
            timers.Add(timer);
            created.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    /// <summary>Returns when one more timer was made than calls of this have returned.</summary>
    internal async Task NextTimer() => await created.Reader.ReadAsync().AsTask().WaitAsync(Background.Patience);

    internal void Advance(TimeSpan time)
    {
        ManualTimer[] due;
        lock (gate)
        {
            now += time;
            due = [.. timers.Where(timer => timer.Due <= now)];
            timers.RemoveAll(due.Contains);
        }

        Array.ForEach(due, timer => timer.Fire());
    }

    private void Forget(ManualTimer timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualClock clock, Action fire, TimeSpan due) : ITimer
    {
        internal TimeSpan Due => due;

        internal Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => clock.Forget(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
