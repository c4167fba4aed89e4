using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Guests;

/// <summary>
/// A simulated virtual machine: memory, one device that it uses through VFIO, and a processor that runs a workload. Disposing it
/// gives the device up, as a VMM unplugs it.
/// </summary>
/// <remarks>
/// The processor runs when nothing speaks against it: the guest is this host's, its user has not paused it, no migration holds it, nobody verifies
/// it, and it is not being stopped. Each reason is kept by itself, so that whoever takes one back never runs a guest that another one stopped.
/// The lock is held neither while a step is waited for nor while the device is called.
/// </remarks>
public sealed partial class Guest : IDisposable
{
    private readonly VfioDeviceFile file;
    private readonly VirtualProcessor processor;
    private readonly object gate = new();

    /// <summary>What the guest is apart from its user's wish: running stands for "this host's".</summary>
    private GuestStatus place = GuestStatus.Running;
    private bool isPaused = true;
    private bool isHeld;
    private bool isBooting;
    private int verifications;
    private string? problem;
    private (MigrationLedger Ledger, Guid Migration)? handOver;

    private Guest(VfioDeviceFile file, GuestMemory memory, DeviceWorkload workload, GuestOptions options, TimeProvider clock)
    {
        this.file = file;
        Memory = memory;
        Workload = workload;
        Options = options;
        Stopping = stopping.Token;
        processor = new VirtualProcessor($"vcpu {file.Device.Device.Name}", Step, options.StepsPerSecond, clock, file.Device.Guard.Calls, OnProcessorGivenUp);
    }

    public VfioDevice Device => file.Device;

    public GuestMemory Memory { get; }

    public DeviceWorkload Workload { get; }

    public GuestOptions Options { get; }

    /// <summary>Why the guest is <see cref="GuestStatus.Failed"/>.</summary>
    public string? Problem
    {
        get
        {
            lock (gate)
            {
                return problem;
            }
        }
    }

    public GuestStatus Status
    {
        get
        {
            lock (gate)
            {
                return place == GuestStatus.Running && (isPaused || isHeld) ? GuestStatus.Paused : place;
            }
        }
    }

    /// <summary>
    /// Opens a device, resets it, and makes a guest around it, paused: whatever the guest before it left in the device is gone, or is what this one
    /// begins with. EOPNOTSUPP: nobody wrote a workload for the device; EBUSY: the device is in use; else as opening or resetting it, or as the allocator says.
    /// </summary>
    /// <param name="device">Not in use.</param>
    /// <param name="options">What the guest is like.</param>
    /// <param name="clock">Of its processor.</param>
    /// <param name="allocate">Gives its memory; null takes arrays.</param>
    public static Result<Guest> Create(VfioDevice device, GuestOptions options, TimeProvider clock, GuestMemoryAllocator? allocate = null)
    {
        if (device.IsOpen)
        {
            return Errno.EBUSY;
        }

        int length = options.MemoryMegabytes << 20;
        Result<GuestMemory> allocated = allocate is null ? new GuestMemory(length) : GuestMemory.Create(length, allocate);
        if (!allocated.TryGet(out GuestMemory memory, out Errno error))
        {
            return error;
        }

        VfioDeviceFile? file = null;
        Guest? guest = null;
        try
        {
            if (!device.Open(memory.Map).TryGet(out file, out error))
            {
                return error;
            }

            error = device.Reset();
            if (error != Errno.None || !device.MakeWorkload(memory, options.Workload).TryGet(out DeviceWorkload workload, out error))
            {
                return error;
            }

            guest = new Guest(file, memory, workload, options, clock);
            return guest;
        }
        finally
        {
            if (guest is null)
            {
                file?.Dispose();
                memory.Dispose();
            }
        }
    }

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
    /// When it returns success, the processor stands still between two steps and stays so until somebody resumes it. Errors as
    /// <see cref="Resume"/>, but a guest that was handed over or has failed stands still already.
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

        processor.WaitUntilResting();
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
            processor.WaitUntilResting();
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
    /// Runs a guest that was handed over and that, as its user knows, no other host has: a target that still waits for the word will not
    /// get it. The device goes on where it stopped. Else as <see cref="Resume"/>.
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

    /// <summary>Runs some steps on the caller's thread, for whoever wants them counted.</summary>
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

    /// <summary>Under the lock: the processor does what the reasons say.</summary>
    private void Apply() =>
        processor.SetPaused(place != GuestStatus.Running || isPaused || isHeld || isBooting || verifications > 0 || isStopping);

    private bool Step()
    {
        Errno error = Workload.Step();
        if (error == Errno.None)
        {
            return true;
        }

        Fail(StepProblem(error));
        return false;
    }

    private string StepProblem(Errno error) => $"step {Workload.Steps}: {error.Text()} ({Device.Guard.NameOf(error)})";
}
