namespace VfioMigration.Vmm.Guests;

/// <summary>A thread that makes steps at a rate while it is not paused.</summary>
internal sealed class VirtualProcessor : IDisposable
{
    /// <summary>How long a slow processor rests.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly object gate = new();
    private readonly Func<bool> step;
    private readonly int stepsPerSecond;
    private readonly TimeProvider clock;
    private readonly Thread thread;
    private bool isPaused = true;
    private bool isResting = true;
    private bool isOver;

    /// <param name="name">Of the thread.</param>
    /// <param name="step">One step; false pauses the processor for good.</param>
    /// <param name="stepsPerSecond">0 for no limit.</param>
    /// <param name="clock">Tells how many steps are due.</param>
    internal VirtualProcessor(string name, Func<bool> step, int stepsPerSecond, TimeProvider clock)
    {
        this.step = step;
        this.stepsPerSecond = stepsPerSecond;
        this.clock = clock;
        thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
    }

    internal void Resume()
    {
        lock (gate)
        {
            isPaused = false;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>When it returns, no step is under way. Called from a step itself it does not wait for that step.</summary>
    internal void Pause()
    {
        lock (gate)
        {
            isPaused = true;
            Monitor.PulseAll(gate);
            while (!isResting && Thread.CurrentThread != thread)
            {
                Monitor.Wait(gate);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            isPaused = true;
            Monitor.PulseAll(gate);
        }

        if (Thread.CurrentThread != thread)
        {
            thread.Join();
        }
    }

    private void Run()
    {
        long last = clock.GetTimestamp();
        double due = 0;
        while (WaitForWork(due < 1))
        {
            long now = clock.GetTimestamp();
            due = stepsPerSecond == 0 ? 64 : Math.Min(due + (clock.GetElapsedTime(last, now).TotalSeconds * stepsPerSecond), stepsPerSecond);
            last = now;
            while (due >= 1 && !Volatile.Read(ref isPaused))
            {
                if (!step())
                {
                    isPaused = true;
                }

                due--;
            }
        }
    }

    /// <summary>Rests while paused, and a little when nothing is due. False when it is over.</summary>
    private bool WaitForWork(bool nothingIsDue)
    {
        lock (gate)
        {
            if (nothingIsDue && stepsPerSecond != 0 && !isPaused)
            {
                isResting = true;
                Monitor.PulseAll(gate);
                Monitor.Wait(gate, Tick);
            }

            while (isPaused && !isOver)
            {
                isResting = true;
                Monitor.PulseAll(gate);
                Monitor.Wait(gate);
            }

            isResting = false;
            return !isOver;
        }
    }
}
