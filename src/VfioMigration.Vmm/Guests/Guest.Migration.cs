using VfioMigration.Uapi;

namespace VfioMigration.Vmm.Guests;

/// <summary>What a migration does with a guest. It enters first, so that the guest's end waits for the migration's.</summary>
public sealed partial class Guest
{
    /// <summary>As <see cref="Pause"/>, and the guest is not paused or resumed before <see cref="Release"/>. True when it was running.</summary>
    internal bool Hold()
    {
        bool ran;
        lock (gate)
        {
            ran = place == GuestStatus.Running && !isPaused;
            isHeld = true;
            Apply();
        }

        processor.WaitUntilIdle();
        return ran;
    }

    /// <summary>Undoes <see cref="Hold"/>: a guest that is this host's does what its user wanted last. True when it runs.</summary>
    internal bool Release()
    {
        lock (gate)
        {
            isHeld = false;
            Apply();
            return place == GuestStatus.Running && !isPaused && !isStopping;
        }
    }

    /// <summary>The guest is being received; it does not run before <see cref="Arrive"/>.</summary>
    internal void Expect()
    {
        lock (gate)
        {
            place = GuestStatus.Incoming;
            Apply();
        }
    }

    /// <summary>
    /// The guest has arrived and is this host's: it runs, or stays paused. ENODEV, and nothing is done, when it is being stopped.
    /// </summary>
    internal Errno Arrive(bool runs)
    {
        lock (gate)
        {
            if (isStopping)
            {
                return Errno.ENODEV;
            }

            place = GuestStatus.Running;
            isPaused = !runs;
            Apply();
            return Errno.None;
        }
    }

    /// <summary>
    /// The guest is committed to another host. Until that has answered, <see cref="TakeBack"/> revokes the commit, and
    /// <see cref="Dispose"/> makes it final.
    /// </summary>
    internal void HandOver(MigrationLedger ledger, Guid migration)
    {
        lock (gate)
        {
            handOver = (ledger, migration);
            place = GuestStatus.HandedOver;
            Apply();
        }
    }

    /// <summary>The other host never will run the guest: it is this host's again, and held as before.</summary>
    internal void Reclaim()
    {
        lock (gate)
        {
            place = place == GuestStatus.HandedOver ? GuestStatus.Running : place;
            Apply();
        }
    }

    /// <summary>The guest cannot continue; the message has the reason. The first reason stays.</summary>
    internal void Fail(string reason)
    {
        lock (gate)
        {
            problem ??= reason;
            place = GuestStatus.Failed;
            Apply();
        }
    }
}
