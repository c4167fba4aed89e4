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
        GuestShadow = new Shadow("guest memory", () => memory.Content);
        shadows = [GuestShadow, .. deviceMemory.Select(piece => new Shadow(piece.Name, piece.Content))];
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

    /// <summary>Sets the device up, as a driver's probe does. Not called on a host the guest arrives at.</summary>
    public abstract Errno Start();

    /// <summary>One step; the errno of the device when it refuses an access.</summary>
    public Errno Step()
    {
        Steps++;
        return Random.TryStep() ? DoStep() : Errno.None;
    }

    /// <summary>Null when every memory is as expected, else a sentence that names the first difference.</summary>
    public string? FindDifference()
    {
        foreach (Shadow shadow in shadows)
        {
            if (shadow.FindDifference() is { } address)
            {
                return $"{shadow.Name} differs at 0x{address:x} after {Steps} steps";
            }
        }

        return null;
    }

    /// <summary>Everything needed to go on elsewhere, and a checksum of every page.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Steps);
        Random.Save(writer);
        SaveProgram(writer);
        foreach (Shadow shadow in shadows)
        {
            shadow.Save(writer);
        }
    }

    /// <summary>
    /// Goes on where a saved workload stopped. The memories have arrived already; null, or a sentence about the first page that is not what it
    /// was, or about a state that makes no sense.
    /// </summary>
    public string? Load(ref StateReader reader)
    {
        Steps = reader.ReadUInt64();
        Random.Load(ref reader);
        LoadProgram(ref reader);
        string? problem = null;
        foreach (Shadow shadow in shadows)
        {
            if (shadow.Load(ref reader) is { } page)
            {
                problem ??= $"page {page} of {shadow.Name} was lost on the way";
            }
        }

        return reader.IsComplete ? problem : "the workload's state has another size";
    }

    protected abstract Errno DoStep();

    /// <summary>What the guest's program keeps in its registers.</summary>
    protected abstract void SaveProgram(StateWriter writer);

    /// <summary>Undoes <see cref="SaveProgram"/>; wrong values must do no harm.</summary>
    protected abstract void LoadProgram(ref StateReader reader);
}
