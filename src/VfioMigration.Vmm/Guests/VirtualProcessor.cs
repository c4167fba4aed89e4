using VfioMigration.Sysfs.Guards;

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
    private readonly VendorCalls calls;
    private readonly Action onGivenUp;
    private readonly Thread thread;
    private bool isPaused = true;
    private bool isResting = true;
    private bool isOver;
    private bool hasEnded;

    /// <param name="name">Of the thread.</param>
    /// <param name="step">One step; false stops the processor permanently.</param>
    /// <param name="stepsPerSecond">0 for no limit.</param>
    /// <param name="clock">Tells how many steps are due.</param>
    /// <param name="calls">Gives the thread up when a step does not return from the driver.</param>
    /// <param name="onGivenUp">Called then; the processor has ended.</param>
    internal VirtualProcessor(string name, Func<bool> step, int stepsPerSecond, TimeProvider clock, VendorCalls calls, Action onGivenUp)
    {
        this.calls = calls;
        this.onGivenUp = onGivenUp;
        this.step = step;
        this.stepsPerSecond = stepsPerSecond;
        this.clock = clock;
        thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Lets the processor run, or stops it after the current step. Does not wait.</summary>
    internal void SetPaused(bool paused)
    {
        lock (gate)
        {
            isPaused = paused || isOver;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// Returns when no step is under way: at once after the end of the processor, and early when it is resumed. Called from a step
    /// itself it does not wait for that step.
    /// </summary>
    internal void WaitUntilIdle()
    {
        lock (gate)
        {
            while (!isResting && isPaused && Thread.CurrentThread != thread)
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

        lock (gate)
        {
            while (!hasEnded && Thread.CurrentThread != thread)
            {
                Monitor.Wait(gate);
            }
        }
    }

    private void Run()
    {
        using (calls.AllowAbandonment(GiveUp))
        {
            MakeSteps();
        }

        End();
    }

    /// <summary>The thread hangs in the driver; it is not waited for any more.</summary>
    private void GiveUp()
    {
        End();
        onGivenUp();
    }

    private void End()
    {
        lock (gate)
        {
            hasEnded = true;
            isOver = true;
            isPaused = true;
            isResting = true;
            Monitor.PulseAll(gate);
        }
    }

    private void MakeSteps()
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
                    SetPaused(true);
                }

                due--;
            }
        }
    }

    /// <summary>Rests while paused, and a little when nothing is due. False when it has ended.</summary>
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

            isResting = isOver;
            Monitor.PulseAll(gate);
            return !isOver;
        }
    }
}
