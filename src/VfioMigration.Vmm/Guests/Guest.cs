using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Guests;

/// <summary>
/// A simulated virtual machine: memory, one device that it uses through VFIO, and a processor that runs a workload. Disposing it
/// gives the device up, as a VMM unplugs it.
/// </summary>
public sealed class Guest : IDisposable
{
    private readonly VfioDeviceFile file;
    private readonly VirtualProcessor processor;
    private readonly Lock gate = new();

    /// <summary>Pausing and resuming take turns. Not <see cref="gate"/>: a step that fails needs that while its end is waited for.</summary>
    private readonly Lock turn = new();
    private GuestStatus status;
    private bool isHeld;
    private string? problem;
    private (MigrationLedger Ledger, Guid Migration)? handOver;

    private Guest(VfioDeviceFile file, GuestMemory memory, DeviceWorkload workload, GuestOptions options, TimeProvider clock)
    {
        this.file = file;
        Memory = memory;
        Workload = workload;
        Options = options;
        status = GuestStatus.Paused;
        processor = new VirtualProcessor($"vcpu {file.Device.Device.Name}", Step, options.StepsPerSecond, clock);
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
                return status;
            }
        }
    }

    /// <summary>
    /// Opens a device and makes a guest around it, paused. EOPNOTSUPP: nobody wrote a workload for the device; EBUSY: the device is in use;
    /// else as opening it, or as the allocator says.
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

            if (!device.MakeWorkload(memory, options.Workload).TryGet(out DeviceWorkload workload, out error))
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

    /// <summary>Sets the device up and runs. Else the errno of the device; ENODEV when the guest has been disposed meanwhile.</summary>
    public Errno Boot()
    {
        if (!Memory.TryEnter())
        {
            return Errno.ENODEV;
        }

        try
        {
            Errno error = Workload.Boot();
            return error == Errno.None ? Resume() : error;
        }
        finally
        {
            Memory.Exit();
        }
    }

    /// <summary>The processor runs. EBUSY: the guest is not this host's to run, or a migration holds it; EIO: it has failed.</summary>
    public Errno Resume()
    {
        lock (turn)
        {
            lock (gate)
            {
                if (isHeld || status is GuestStatus.HandedOver or GuestStatus.Incoming or GuestStatus.Failed)
                {
                    return status == GuestStatus.Failed ? Errno.EIO : Errno.EBUSY;
                }

                status = GuestStatus.Running;
            }

            processor.Resume();
            return Errno.None;
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
            if (isHeld)
            {
                return Errno.EBUSY;
            }
        }

        if (Status != GuestStatus.HandedOver)
        {
            return Resume();
        }

        handOver?.Ledger.TryTake(handOver.Value.Migration);
        Errno error = Devices.DeviceLoader.For(Device).Run();
        if (error != Errno.None)
        {
            return error;
        }

        Become(GuestStatus.Paused);
        return Resume();
    }

    /// <summary>When it returns, the processor stands still between two steps.</summary>
    public void Pause()
    {
        lock (turn)
        {
            processor.Pause();
            lock (gate)
            {
                status = status == GuestStatus.Running ? GuestStatus.Paused : status;
            }
        }
    }

    /// <summary>
    /// As <see cref="Pause"/>, and nobody resumes the guest before <see cref="Release"/>: its state is being taken. True when it was running.
    /// </summary>
    internal bool Hold()
    {
        bool ran;
        lock (gate)
        {
            isHeld = true;
            ran = status == GuestStatus.Running;
        }

        Pause();
        return ran;
    }

    /// <summary>Undoes <see cref="Hold"/>; the guest stays as it is.</summary>
    internal void Release()
    {
        lock (gate)
        {
            isHeld = false;
        }
    }

    /// <summary>Runs some steps on the caller's thread, for whoever wants them counted.</summary>
    public Errno Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Errno error = Workload.Step();
            if (error != Errno.None)
            {
                Fail(error);
                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>Nobody resumes the guest here before the migration says so.</summary>
    internal void Become(GuestStatus other)
    {
        lock (gate)
        {
            status = other;
        }
    }

    /// <summary>
    /// Another host is given the word to run the guest. Until that has answered, <see cref="TakeBack"/> takes the word back, and
    /// <see cref="Dispose"/> makes it final.
    /// </summary>
    internal void HandOver(MigrationLedger ledger, Guid migration)
    {
        handOver = (ledger, migration);
        Become(GuestStatus.HandedOver);
    }

    public void Dispose()
    {
        if (Status == GuestStatus.HandedOver)
        {
            handOver?.Ledger.Abandon(handOver.Value.Migration);
        }

        processor.Dispose();
        try
        {
            file.Dispose();
        }
        finally
        {
            Memory.Dispose();
        }
    }

    private bool Step()
    {
        Errno error = Workload.Step();
        if (error == Errno.None)
        {
            return true;
        }

        Fail(error);
        return false;
    }

    private void Fail(Errno error)
    {
        lock (gate)
        {
            status = GuestStatus.Failed;
            problem = $"step {Workload.Steps}: {error.Text()} ({error.Name()})";
        }
    }
}
