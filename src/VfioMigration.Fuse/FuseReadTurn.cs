namespace VfioMigration.Fuse;

/// <summary>
/// Who reads the FUSE device, where requests have to be served in the order in which the kernel sent them: one thread, which serves each request before it reads the next. A request that may block and takes
/// longer than <see cref="Patience"/> keeps its thread, and another one goes on: so a close is complete before the next open begins, and a driver that hangs stops nobody else.
/// </summary>
/// <remarks>
/// Handing the turn to another thread for every request would cost a wake-up each time. Here the reader only notes that it serves; a watch, which sleeps while nothing is served, takes the turn away
/// from who serves too long.
/// </remarks>
internal sealed class FuseReadTurn(Action addThread) : IDisposable
{
    /// <summary>How long a request may keep others waiting: one that may block, and one that must precede them.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);
    internal static readonly TimeSpan LongPatience = TimeSpan.FromMilliseconds(300);

    private const int QuietLooks = 20;

    /// <summary>Guards the two fields below it; a leaf.</summary>
    private readonly object gate = new();
    private bool isTaken;
    private bool isEnded;
    private int waiting;

    /// <summary>The number of the request that the reader serves; 0 while it reads, and when the turn was taken from it.</summary>
    private long serving;
    private long lastNumber;
    private volatile bool isLong;
    private readonly ManualResetEventSlim activity = new(initialState: false, spinCount: 0);
    private volatile bool isWatchAsleep;

    internal void Start() => new Thread(Watch, 128 * 1024) { IsBackground = true, Name = "fuse-watch" }.Start();

    /// <summary>Waits until nobody reads; false when the connection has ended, or enough threads wait already.</summary>
    internal bool Take(int mostWaiting = int.MaxValue)
    {
        lock (gate)
        {
            if (isTaken && waiting >= mostWaiting)
            {
                return false;
            }

            waiting++;
            while (isTaken && !isEnded)
            {
                Monitor.Wait(gate);
            }

            waiting--;
            isTaken = !isEnded;
            return isTaken;
        }
    }

    /// <summary>The reader begins to serve what it has read.</summary>
    /// <returns>For <see cref="TryEndServing"/>.</returns>
    /// <param name="mustPrecede">What is behind it relies on it.</param>
    internal long BeginServing(bool mustPrecede)
    {
        long number = ++lastNumber;
        isLong = mustPrecede;
        Volatile.Write(ref serving, number);
        if (isWatchAsleep)
        {
            activity.Set();
        }

        return number;
    }

    /// <summary>The request was served. False when it took too long: then another thread reads.</summary>
    internal bool TryEndServing(long number) => Interlocked.CompareExchange(ref serving, 0, number) == number;

    /// <summary>The reader lets another one read. It may start one more, when none waits.</summary>
    internal void PassOn()
    {
        bool isNobodyThere;
        lock (gate)
        {
            isTaken = false;
            isNobodyThere = waiting == 0 && !isEnded;
            Monitor.Pulse(gate);
        }

        if (isNobodyThere)
        {
            addThread();
        }
    }

    /// <summary>Nobody gets the turn any more.</summary>
    internal void End()
    {
        lock (gate)
        {
            isEnded = true;
            Monitor.PulseAll(gate);
        }

        activity.Set();
    }

    public void Dispose() => End();

    private void Watch()
    {
        int quiet = 0;
        long seenBefore = 0;
        long seenSince = 0;
        long lastSeen = 0;
        while (!isEnded)
        {
            long seen = Volatile.Read(ref serving);
            if (seen != seenBefore)
            {
                seenBefore = seen;
                seenSince = Environment.TickCount64;
            }
            else if (seen != 0
                && Environment.TickCount64 - seenSince >= (isLong ? LongPatience : Patience).TotalMilliseconds
                && Interlocked.CompareExchange(ref serving, 0, seen) == seen)
            {
                PassOn();
            }

            long last = Volatile.Read(ref lastNumber);
            quiet = last == lastSeen && seen == 0 ? quiet + 1 : 0;
            lastSeen = last;
            if (quiet > QuietLooks)
            {
                Sleep();
                quiet = 0;
            }

            Thread.Sleep(Patience);
        }
    }

    /// <summary>Until something is served again. The reader may begin between the two looks: it then sees the flag, or is seen here.</summary>
    private void Sleep()
    {
        activity.Reset();
        isWatchAsleep = true;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref serving) == 0 && !isEnded)
        {
            activity.Wait();
        }

        isWatchAsleep = false;
    }
}
