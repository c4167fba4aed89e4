namespace VfioMigration.Vmm.Wire;

/// <summary>Breaks a connection off when a message on it takes too long. One message at a time.</summary>
internal sealed class MessageWatchdog : IDisposable
{
    private readonly TimeSpan limit;
    private readonly TimeProvider clock;
    private readonly Action breakOff;
    private readonly ITimer timer;

    /// <summary>Guards the fields below; a leaf.</summary>
    private readonly Lock gate = new();
    private long began;
    private bool isArmed;
    private bool isLate;

    /// <param name="limit">For each message.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="breakOff">Makes a blocked reader or writer of the connection return; called on a thread of the timer.</param>
    internal MessageWatchdog(TimeSpan limit, TimeProvider clock, Action breakOff)
    {
        this.limit = limit;
        this.clock = clock;
        this.breakOff = breakOff;
        timer = clock.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True when a message took too long: the connection is broken for that reason and no other.</summary>
    internal bool IsLate
    {
        get
        {
            lock (gate)
            {
                return isLate;
            }
        }
    }

    internal void Begin()
    {
        lock (gate)
        {
            began = clock.GetTimestamp();
            isArmed = true;
        }

        timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    internal void End()
    {
        lock (gate)
        {
            isArmed = false;
        }

        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();

    /// <summary>
    /// A timer of the message before may come late, when this one has just begun; and a timer may fire a little early by the clock.
    /// </summary>
    private void Expire()
    {
        lock (gate)
        {
            TimeSpan left = limit - clock.GetElapsedTime(began);
            if (!isArmed || left > TimeSpan.Zero)
            {
                timer.Change(isArmed ? left + TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            isArmed = false;
            isLate = true;
        }

        breakOff();
    }
}
