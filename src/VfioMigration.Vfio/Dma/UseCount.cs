namespace VfioMigration.Vfio.Dma;

/// <summary>Counts users of something that can be closed: after <see cref="Close"/> there are none, and no new one gets in.</summary>
internal sealed class UseCount
{
    private const int Closed = int.MinValue;

    /// <summary>The users, plus <see cref="Closed"/>.</summary>
    private int state;

    /// <summary>False when closed. Pairs with <see cref="Exit"/>.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref state) > 0)
        {
            return true;
        }

        Exit();
        return false;
    }

    internal void Exit()
    {
        if (Interlocked.Decrement(ref state) == Closed)
        {
            lock (this)
            {
                Monitor.PulseAll(this);
            }
        }
    }

    /// <summary>Refuses new entries and waits for those inside. The caller must not be inside itself.</summary>
    internal void Close()
    {
        if (Interlocked.Or(ref state, Closed) == 0)
        {
            return;
        }

        lock (this)
        {
            while (Volatile.Read(ref state) != Closed)
            {
                Monitor.Wait(this, TimeSpan.FromMilliseconds(100));
            }
        }
    }

    /// <summary>As <see cref="Close"/>; false when it was closed already.</summary>
    internal bool TryClose()
    {
        bool wasOpen = Volatile.Read(ref state) >= 0;
        Close();
        return wasOpen;
    }

    internal void Open() => Interlocked.And(ref state, ~Closed);
}
