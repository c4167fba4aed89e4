namespace VfioMigration.Vmm.Guests;

/// <summary>
/// The end of a guest. Users of its memory or its device are inside (<see cref="TryEnter"/>); the end requests them to leave, waits until
/// they have, and only then gives the device to the next user.
/// </summary>
public sealed partial class Guest
{
    private readonly CancellationTokenSource stopping = new();
    private int uses;
    private bool isStopping;
    private bool isStopped;

    /// <summary>Cancelled when the guest is being stopped: a migration of it ends at once.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>False while the guest is being set up, and when it is being stopped. Pairs with <see cref="Leave"/>.</summary>
    internal bool TryEnter()
    {
        lock (gate)
        {
            bool enters = !isStopping && !isBooting;
            uses += enters ? 1 : 0;
            return enters;
        }
    }

    /// <summary>Pairs with <see cref="TryEnter"/>.</summary>
    internal void Leave()
    {
        lock (gate)
        {
            uses--;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// Ends the guest and closes its device; when it returns, the device is free, whichever of several callers began. Not to be called from
    /// inside the guest.
    /// </summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isStopping)
            {
                WaitUntil(() => isStopped);
                return;
            }

            isStopping = true;
            Apply();
        }

        stopping.Cancel();
        lock (gate)
        {
            WaitUntil(() => uses == 0);
        }

        End();
        lock (gate)
        {
            isStopped = true;
            Monitor.PulseAll(gate);
        }

        stopping.Dispose();
    }

    /// <summary>No caller is inside any more. A guest that was given to another host stays there.</summary>
    private void End()
    {
        if (place == GuestStatus.HandedOver)
        {
            handOver?.Ledger.Abandon(handOver.Value.Migration);
        }

        processor.Dispose();
        file.Dispose();
        Memory.Dispose();
    }

    /// <summary>A step hangs in the driver. The processor's thread is lost, the guest never runs again.</summary>
    private void OnProcessorGivenUp() => Fail($"step {Workload.Steps}: the driver did not return in time; the kernel log has the call");

    /// <summary>Under the lock, which it releases while it waits.</summary>
    private void WaitUntil(Func<bool> condition)
    {
        while (!condition())
        {
            Monitor.Wait(gate);
        }
    }
}
