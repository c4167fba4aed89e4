using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio;

/// <summary>
/// What a guest does with a device: its driver and its programs, step by step, as a function of a seed. Keeps a shadow of every memory
/// it changes or lets the device change.
/// </summary>
public abstract class DeviceWorkload
{
    private const string BadLength = "the workload's state has an invalid length";

    /// <summary>What a program may keep in its registers.</summary>
    public const int MaxProgramBytes = 1 << 20;

    private readonly Shadow[] shadows;

    /// <param name="device">Open, with <paramref name="memory"/> mapped.</param>
    /// <param name="memory">Of the guest.</param>
    /// <param name="options">Seed and pattern.</param>
    /// <param name="deviceMemory">Memory of the device that the workload changes, with a name each.</param>
    protected DeviceWorkload(
        VfioDevice device,
        GuestMemory memory,
        WorkloadOptions options,
        params IReadOnlyList<(string Name, MemoryContent Content)> deviceMemory)
    {
        Device = device;
        Memory = memory;
        Options = options;
        Random = new AccessGenerator(options);
        GuestShadow = new Shadow("guest memory", () => memory.Content, memory.Allocate);
        shadows = [GuestShadow, .. deviceMemory.Select(piece => new Shadow(piece.Name, piece.Content, memory.Allocate))];
    }

    public WorkloadOptions Options { get; }

    /// <summary>Steps done, on whichever host.</summary>
    public ulong Steps { get; private set; }

    /// <summary>What is expected where; the guest's memory first.</summary>
    public IReadOnlyList<Shadow> Shadows => shadows;

    protected VfioDevice Device { get; }

    protected GuestMemory Memory { get; }

    protected AccessGenerator Random { get; }

    protected Shadow GuestShadow { get; }

    /// <summary>True for the device and the memory that it was made for.</summary>
    internal bool IsFor(VfioDevice device, GuestMemory memory) => Device == device && Memory == memory;

    /// <summary>Sets the device up. As <see cref="Step"/>.</summary>
    public Errno Boot() => Call(static workload => workload.Start());

    /// <summary>
    /// One step; the errno of the device when it refuses an access, ENODEV when the guest has ended, EIO or ETIMEDOUT when the driver fails.
    /// </summary>
    public Errno Step()
    {
        Steps++;
        return Random.TryStep() ? Call(static workload => workload.DoStep()) : Errno.None;
    }

    /// <summary>Null when every memory is as expected, else an error message that names the first difference, or why it cannot be determined.</summary>
    public string? FindDifference()
    {
        foreach (Shadow shadow in shadows)
        {
            Result<int?> difference = Device.Guard.Call(VendorCall.ShadowContents, (Memory, shadow), static call => call.Memory.Use(call.shadow, FindDifference)).Result;
            if (!difference.TryGet(out int? address, out Errno error))
            {
                return error == Errno.ENODEV ? "the guest has ended" : $"{shadow.Name} cannot be read: {error.Text()} ({Device.Guard.NameOf(error)})";
            }

            if (address is not null)
            {
                return $"{shadow.Name} differs at 0x{address:x} after {Steps} steps";
            }
        }

        return null;
    }

    /// <summary>
    /// Everything needed to go on elsewhere, and a checksum of every page. ENODEV when the guest has ended; EMSGSIZE when the program keeps more than
    /// <see cref="MaxProgramBytes"/>; else as <see cref="Step"/>.
    /// </summary>
    public Errno Save(StateWriter writer)
    {
        Result<byte[]> saved = Device.Guard.Call(VendorCall.Workload, this, static workload => workload.Memory.Use(workload, SavedProgram)).Result;
        if (!saved.TryGet(out byte[] program, out Errno error))
        {
            return error;
        }

        return Memory.Use((workload: this, program, writer), static call =>
        {
            call.workload.WriteState(call.program, call.writer);
            return Errno.None;
        });
    }

    /// <summary>
    /// Goes on where a saved workload stopped. The memories have arrived already; null, or an error message about the first page that is not what it
    /// was, about an invalid state, or about a driver that fails.
    /// </summary>
    public string? Load(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state);
        Steps = reader.ReadUInt64();
        Random.Load(ref reader);
        ReadOnlySpan<byte> rest = reader.Rest;
        int checksums = shadows.Sum(static shadow => shadow.SavedBytes);
        if (rest.Length < checksums)
        {
            return BadLength;
        }

        Result<bool> loaded = Device.Guard.Ask(VendorCall.Workload, this, rest[..^checksums], LoadedProgram).Result;
        if (!loaded.TryGet(out bool isComplete, out Errno error))
        {
            return $"the workload cannot be loaded: {error.Text()} ({Device.Guard.NameOf(error)})";
        }

        return isComplete ? LoadShadows(rest[^checksums..]) : BadLength;
    }

    /// <summary>Sets the device up, as a driver's probe does. Not called on a host the guest arrives at.</summary>
    public abstract Errno Start();

    protected abstract Errno DoStep();

    /// <summary>What the guest's program keeps in its registers.</summary>
    protected abstract void SaveProgram(StateWriter writer);

    /// <summary>Undoes <see cref="SaveProgram"/>; wrong values must do no harm.</summary>
    protected abstract void LoadProgram(ref StateReader reader);

    private void WriteState(byte[] program, StateWriter writer)
    {
        writer.Write(Steps);
        Random.Save(writer);
        writer.Write(program);
        foreach (Shadow shadow in shadows)
        {
            shadow.Save(writer);
        }
    }

    private Errno Call(Func<DeviceWorkload, Errno> body) =>
        Device.Guard.Call(VendorCall.Workload, (workload: this, body), static call => call.workload.Memory.Use(call, static call => call.body(call.workload))).Error;

    private static Result<int?> FindDifference(Shadow shadow) => Result<int?>.Of(shadow.FindDifference());

    private static Result<byte[]> SavedProgram(DeviceWorkload workload)
    {
        var writer = new StateWriter();
        workload.SaveProgram(writer);
        return writer.Error != Errno.None ? writer.Error
            : writer.Written.Length > MaxProgramBytes ? Errno.EMSGSIZE
            : writer.Written.ToArray();
    }

    /// <summary>False for a program that read more or less than it was given.</summary>
    private static Result<bool> LoadedProgram(DeviceWorkload workload, ReadOnlySpan<byte> saved)
    {
        var reader = new StateReader(saved);
        workload.LoadProgram(ref reader);
        return reader.IsComplete;
    }

    /// <summary>All memories are taken over, also behind one that differs.</summary>
    private string? LoadShadows(ReadOnlySpan<byte> checksums)
    {
        string? problem = null;
        foreach (Shadow shadow in shadows)
        {
            Result<int?> loaded = Device.Guard.Ask(VendorCall.ShadowContents, (Memory, shadow), checksums[..shadow.SavedBytes], LoadShadow).Result;
            checksums = checksums[shadow.SavedBytes..];
            problem ??= !loaded.TryGet(out int? page, out Errno error) ? $"{shadow.Name} cannot be read: {error.Text()} ({Device.Guard.NameOf(error)})"
                : page is not null ? $"checksum mismatch in page {page} of {shadow.Name}"
                : null;
        }

        return problem;
    }

    private static Result<int?> LoadShadow((GuestMemory Memory, Shadow Shadow) call, ReadOnlySpan<byte> checksums)
    {
        if (!call.Memory.TryEnter())
        {
            return Errno.ENODEV;
        }

        try
        {
            var reader = new StateReader(checksums);
            return Result<int?>.Of(call.Shadow.Load(ref reader));
        }
        finally
        {
            call.Memory.Exit();
        }
    }
}
