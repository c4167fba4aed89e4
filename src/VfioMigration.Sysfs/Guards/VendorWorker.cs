using System.Runtime.CompilerServices;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>A thread that calls drivers for others. One that was abandoned ends when the driver returns.</summary>
internal sealed class VendorWorker
{
    /// <summary>How long a worker waits for the next call before it ends.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    private readonly VendorCalls owner;
    private readonly object gate = new();
    private HandOver? next;

    internal VendorWorker(VendorCalls owner)
    {
        this.owner = owner;
        new Thread(Work) { IsBackground = true, Name = "vendor" }.Start();
    }

    internal void Begin(HandOver work)
    {
        lock (gate)
        {
            next = work;
            Monitor.Pulse(gate);
        }
    }

    private void Work()
    {
        VendorThread own = owner.Current;
        own.IsWorker = true;
        bool isKept = true;
        while (isKept)
        {
            isKept = DoNext(own);
        }
    }

    /// <summary>False when the worker ends. A method of its own, so that an idle worker holds nothing of the driver that it called last.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool DoNext(VendorThread own)
    {
        if (WaitForWork() is not { } work)
        {
            return false;
        }

        bool isGivenUp = false;
        Action<Errno>? before = own.AllowAbandonment(error =>
        {
            isGivenUp = true;
            work.End(error);
        });
        work.Do();
        own.TakeBack(before);
        return !isGivenUp && owner.TryKeep(this);
    }

    /// <summary>Null when there was none for a while and the worker has left the idle ones.</summary>
    private HandOver? WaitForWork()
    {
        lock (gate)
        {
            while (next is null)
            {
                if (!Monitor.Wait(gate, IdleTime) && next is null && owner.TryForget(this))
                {
                    return null;
                }
            }

            HandOver work = next;
            next = null;
            return work;
        }
    }
}
