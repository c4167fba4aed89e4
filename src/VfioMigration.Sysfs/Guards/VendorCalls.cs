using System.Diagnostics.CodeAnalysis;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>
/// The calls of one host into vendor drivers: the threads that make them, the watchdog that abandons those that pass their limit, and workers for callers that must go
/// on. A call runs where it is made when that thread can be given up (a FUSE worker in an attribute, a guest's processor, a worker); otherwise a worker takes it and the
/// caller waits. So a driver that hangs keeps a thread, and never anybody who waits for it.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The thread-local value lives as long as its host.")]
public sealed class VendorCalls(TimeProvider clock)
{
    /// <summary>Calls of one driver that may be abandoned and still running; then it gets no new devices.</summary>
    public const int MaxAbandonedCalls = 16;

    private const int MaxIdleWorkers = 4;

    /// <summary>How late the watchdog may notice.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly ThreadLocal<VendorThread?> current = new();
    private readonly Lock gate = new();
    private readonly List<WeakReference<VendorThread>> threads = [];
    private readonly List<VendorWorker> idleWorkers = [];
    private ITimer? watchdog;
    private int quietTicks;
    private long lastCheck;

    /// <summary>Time in which nothing of this process ran, because it was stopped (SIGSTOP) or starved: no driver can be blamed for it.</summary>
    private long lost;
    private bool isWatching;

    /// <summary>The time of limits and deadlines: a timestamp of the clock, less what was lost.</summary>
    private long Now => clock.GetTimestamp() - Volatile.Read(ref lost);

    /// <summary>The limits; set before the first call.</summary>
    public VendorTimeouts Timeouts { get; set; } = VendorTimeouts.Default;

    /// <summary>
    /// What is left of the limit of the call that this thread makes; <see cref="Timeout.InfiniteTimeSpan"/> when it makes none that has one. For a driver that queries another process
    /// and must answer in time.
    /// </summary>
    public TimeSpan TimeLeft
    {
        get
        {
            long deadline = current.Value?.Deadline ?? long.MaxValue;
            if (deadline == long.MaxValue)
            {
                return Timeout.InfiniteTimeSpan;
            }

            TimeSpan left = clock.GetElapsedTime(Now, deadline);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>True on a thread whose call was abandoned: a driver that returns late must not change anything any more.</summary>
    public bool IsAbandoned => current.Value?.IsGivenUp == true;

    internal VendorThread Current
    {
        get
        {
            VendorThread? own = current.Value;
            if (own is null)
            {
                current.Value = own = new VendorThread();
                lock (gate)
                {
                    threads.Add(new WeakReference<VendorThread>(own));
                }
            }

            return own;
        }
    }

    /// <summary>
    /// Runs work on a thread that can be given up, and waits for it: calls into drivers inside it cost no hand-over. False when one of them passed its limit; then the
    /// work may still be running, and what it has in hand belongs to it. An exception of the work is thrown here.
    /// </summary>
    public bool Run(Action work)
    {
        if (Current.IsLent)
        {
            work();
            return true;
        }

        return RunOnWorker(work) == Errno.None;
    }

    /// <summary>
    /// The calling thread can be given up from now on, until the result is disposed on it: when a call passes its limit, <paramref name="onGivenUp"/> runs on another thread, once,
    /// and the thread must only end when it returns. Scopes nest: the outer one is notified too.
    /// </summary>
    public IDisposable AllowAbandonment(Action onGivenUp)
    {
        VendorThread own = Current;
        return new AbandonmentScope(own, own.AllowAbandonment(_ => onGivenUp()));
    }

    /// <summary>
    /// As <see cref="AllowAbandonment(Action)"/>, without an allocation where no other scope is open: <paramref name="onGivenUp"/> is called with the errno for who waits.
    /// Disposing it, on the same thread, ends that.
    /// </summary>
    public Loan Lend(Action<Errno> onGivenUp) => new(Current, onGivenUp);

    /// <summary>Runs work on a worker; None when it is done, ETIMEDOUT when the worker was given up. An exception of the work is thrown here.</summary>
    internal Errno RunOnWorker(Action work)
    {
        var handOver = new HandOver(work);
        TakeWorker().Begin(handOver);
        return handOver.Wait();
    }

    internal long DeadlineFor(VendorCall kind)
    {
        TimeSpan limit = Timeouts[kind];
        if (!Volatile.Read(ref isWatching))
        {
            Watch();
        }

        return limit == Timeout.InfiniteTimeSpan ? long.MaxValue : Now + (long)(limit.TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>A worker that has done its work; it is kept for the next one, or ends.</summary>
    internal bool TryKeep(VendorWorker worker)
    {
        lock (gate)
        {
            if (idleWorkers.Count >= MaxIdleWorkers)
            {
                return false;
            }

            idleWorkers.Add(worker);
            return true;
        }
    }

    /// <summary>An idle worker that is about to end; false when it was taken meanwhile. Called with the worker's lock held.</summary>
    internal bool TryForget(VendorWorker worker)
    {
        lock (gate)
        {
            return idleWorkers.Remove(worker);
        }
    }

    private VendorWorker TakeWorker()
    {
        lock (gate)
        {
            if (idleWorkers.Count > 0)
            {
                VendorWorker idle = idleWorkers[^1];
                idleWorkers.RemoveAt(idleWorkers.Count - 1);
                return idle;
            }
        }

        return new VendorWorker(this);
    }

    private void Watch()
    {
        lock (gate)
        {
            quietTicks = 0;
            watchdog ??= clock.CreateTimer(static state => ((VendorCalls)state!).CheckDeadlines(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (!isWatching)
            {
                lastCheck = clock.GetTimestamp();
                Volatile.Write(ref isWatching, true);
                watchdog.Change(Tick, Tick);
            }
        }
    }

    /// <summary>Abandons what is late. A host that makes no calls is not looked at.</summary>
    private void CheckDeadlines()
    {
        const int Quiet = 50;
        List<AbandonedCall>? late = null;
        lock (gate)
        {
            AccountForLostTime();
            long now = Now;
            bool isBusy = false;
            for (int i = threads.Count - 1; i >= 0; i--)
            {
                if (!threads[i].TryGetTarget(out VendorThread? thread))
                {
                    threads.RemoveAt(i);
                    continue;
                }

                isBusy |= thread.IsInside;
                if (thread.TryAbandon(now) is { } abandoned)
                {
                    (late ??= []).Add(abandoned);
                }
            }

            quietTicks = isBusy ? 0 : quietTicks + 1;
            if (quietTicks > Quiet)
            {
                Volatile.Write(ref isWatching, false);
                watchdog!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        late?.ForEach(static call => call.Guard.Abandon(call));
    }

    /// <summary>What was lost before this tick of the watchdog. Under the lock.</summary>
    private void AccountForLostTime()
    {
        const int StalledTicks = 10;
        long now = clock.GetTimestamp();
        long gap = now - lastCheck;
        long tick = (long)(Tick.TotalSeconds * clock.TimestampFrequency);
        if (gap > StalledTicks * tick)
        {
            Volatile.Write(ref lost, lost + gap - tick);
        }

        lastCheck = now;
    }

    /// <summary>As long as it is not disposed, its thread may be given up.</summary>
    public readonly ref struct Loan
    {
        private readonly VendorThread thread;
        private readonly Action<Errno>? before;

        internal Loan(VendorThread thread, Action<Errno> onGivenUp)
        {
            this.thread = thread;
            before = thread.AllowAbandonment(onGivenUp);
        }

        public void Dispose() => thread.TakeBack(before);
    }

    private sealed class AbandonmentScope(VendorThread thread, Action<Errno>? before) : IDisposable
    {
        public void Dispose() => thread.TakeBack(before);
    }
}
