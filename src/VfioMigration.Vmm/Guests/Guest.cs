using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Guests;

/// <summary>
/// A simulated virtual machine: memory, one device that it uses through VFIO, and a processor that runs a workload. Disposing it
/// releases the device, as a VMM unplugs it.
/// </summary>
/// <remarks>
/// The processor runs when there is no reason against it: the guest is this host's, its user has not paused it, no migration holds it, no one verifies
/// it, and it is not being stopped. Each reason is kept separately, so that withdrawing one never runs a guest that another one stopped.
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
    /// Opens a device, resets it, and makes a guest around it, paused: what the previous guest left in the device is cleared, or is what this one
    /// begins with. EOPNOTSUPP: the device has no workload; EBUSY: the device is in use; else as opening or resetting it, or as the allocator says.
    /// </summary>
    /// <param name="device">Not in use.</param>
    /// <param name="options">Parameters of the guest.</param>
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

    /// <summary>Under the lock: runs or stops the processor according to the reasons.</summary>
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
