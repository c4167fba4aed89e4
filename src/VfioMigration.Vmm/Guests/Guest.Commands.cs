using VfioMigration.Uapi;

namespace VfioMigration.Vmm.Guests;

/// <summary>The commands of the user of a guest, from any thread.</summary>
public sealed partial class Guest
{
    /// <summary>Sets the device up and runs. Else the errno of the device; ENODEV when the guest is being stopped.</summary>
    public Errno Boot()
    {
        lock (gate)
        {
            if (isStopping)
            {
                return Errno.ENODEV;
            }

            uses++;
            isBooting = true;
        }

        Errno error = Errno.EIO;
        try
        {
            error = Workload.Boot();
        }
        finally
        {
            lock (gate)
            {
                isBooting = false;
                error = error == Errno.None && isStopping ? Errno.ENODEV : error;
                isPaused = error != Errno.None;
                Apply();
            }

            Leave();
        }

        return error;
    }

    /// <summary>
    /// The processor runs. EBUSY: the guest is not this host's to run, is being set up, or a migration holds it; EIO: it has failed; ENODEV: it is being stopped.
    /// </summary>
    public Errno Resume()
    {
        lock (gate)
        {
            Errno error = Refusal();
            if (error == Errno.None)
            {
                isPaused = false;
                Apply();
            }

            return error;
        }
    }

    /// <summary>
    /// When it returns success, the processor is stopped between two steps and stays so until it is resumed. Errors as
    /// <see cref="Resume"/>, but a guest that was handed over or has failed is stopped already.
    /// </summary>
    public Errno Pause()
    {
        lock (gate)
        {
            if (place is not (GuestStatus.HandedOver or GuestStatus.Failed) && Refusal() is { } error and not Errno.None)
            {
                return error;
            }

            isPaused = true;
            Apply();
        }

        processor.WaitUntilIdle();
        return Errno.None;
    }

    /// <summary>
    /// Holds every memory against its shadow, with the processor standing still meanwhile; the status does not change. <c>ok, N steps</c>, or what
    /// differs first. EBUSY: the guest is still arriving or being set up; ENODEV: it is being stopped.
    /// </summary>
    public Result<string> Verify()
    {
        lock (gate)
        {
            if (isStopping || isBooting || place == GuestStatus.Incoming)
            {
                return isStopping ? Errno.ENODEV : Errno.EBUSY;
            }

            uses++;
            verifications++;
            Apply();
        }

        try
        {
            processor.WaitUntilIdle();
            return Workload.FindDifference() ?? $"ok, {Workload.Steps} steps";
        }
        finally
        {
            lock (gate)
            {
                verifications--;
                Apply();
            }

            Leave();
        }
    }

    /// <summary>
    /// Runs a guest that was handed over and that, as its user confirms, no other host has: a target that still waits for the commit will not
    /// get it. The device continues where it stopped. Else as <see cref="Resume"/>.
    /// </summary>
    public Errno TakeBack()
    {
        lock (gate)
        {
            if (isStopping || isHeld || place != GuestStatus.HandedOver)
            {
                return Resume();
            }

            isHeld = true;
            uses++;
        }

        handOver?.Ledger.TryTake(handOver.Value.Migration);
        Errno error = Devices.DeviceLoader.For(Device).Run();
        lock (gate)
        {
            isHeld = false;
            place = error == Errno.None ? GuestStatus.Running : place;
            isPaused &= error != Errno.None;
            Apply();
        }

        Leave();
        return error;
    }

    /// <summary>Runs some steps on the caller's thread, for callers that count them.</summary>
    public Errno Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Errno error = Workload.Step();
            if (error != Errno.None)
            {
                Fail(StepProblem(error));
                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>Under the lock: why the guest can be neither paused nor resumed now.</summary>
    private Errno Refusal() =>
        isStopping ? Errno.ENODEV
        : place == GuestStatus.Failed ? Errno.EIO
        : isHeld || isBooting || place != GuestStatus.Running ? Errno.EBUSY
        : Errno.None;
}
