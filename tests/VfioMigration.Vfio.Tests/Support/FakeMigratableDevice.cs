using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>A device of registers and two pieces of memory that moves with <see cref="DeviceStateMigration"/>.</summary>
internal sealed class FakeMigratableDevice : IMigratableDevice
{
    internal FakeMigratableDevice(int smallPages = 3, int largePages = 70, VfioMigrationFlags flags = FeatureSets.Everything)
    {
        Small = new DeviceMemory(smallPages * Page.Size);
        Large = new DeviceMemory(largePages * Page.Size);
        Migration = new DeviceStateMigration(this, flags, Reports.Add);
        Machine = new MigrationStateMachine(Migration, new DmaWindow(), new VendorGuard(new VendorCalls(TimeProvider.System), Reports.Add));
    }

    public string StateDescription { get; init; } = "fake 1x1";

    public (ushort Major, ushort Minor) StateVersion { get; init; } = (1, 2);

    public IReadOnlyList<DeviceMemory> StateMemory => [Small, Large];

    internal DeviceMemory Small { get; }

    internal DeviceMemory Large { get; }

    internal byte[] Registers { get; set; } = [1, 2, 3, 4, 5];

    internal DeviceStateMigration Migration { get; }

    internal MigrationStateMachine Machine { get; }

    internal List<string> Reports { get; } = [];

    /// <summary>Calls of Pause and Continue and Reset, in their order.</summary>
    internal List<string> Calls { get; } = [];

    internal bool IsPaused { get; private set; }

    /// <summary>The minor version of the registers loaded last.</summary>
    internal ushort? LoadedMinor { get; private set; }

    /// <summary>When false, no registers make sense to the device.</summary>
    internal bool AcceptsRegisters { get; set; } = true;

    /// <summary>Why nothing can be saved now.</summary>
    internal Errno SaveError { get; set; }

    /// <summary>What a callback (pause, continue, reset) fails with, before it does anything.</summary>
    internal Dictionary<string, Errno> Failures { get; } = [];

    internal Action OnPause { get; set; } = static () => { };

    /// <summary>Other registers and other memory for every seed.</summary>
    internal FakeMigratableDevice Filled(int seed)
    {
        var random = new Random(seed);
        random.NextBytes(Registers);
        foreach (DeviceMemory memory in StateMemory)
        {
            byte[] bytes = new byte[memory.Length];
            random.NextBytes(bytes);
            memory.Write(0, bytes);
        }

        return this;
    }

    /// <summary>A copy of everything that moves.</summary>
    internal byte[] Snapshot() => [.. Registers, .. Small.Content, .. Large.Content];

    public Errno Pause()
    {
        Calls.Add("pause");
        if (Failures.TryGetValue("pause", out Errno error))
        {
            return error;
        }

        IsPaused = true;
        OnPause();
        return Errno.None;
    }

    public Errno Continue()
    {
        Calls.Add("continue");
        if (Failures.TryGetValue("continue", out Errno error))
        {
            return error;
        }

        IsPaused = false;
        return Errno.None;
    }

    public void SaveState(StateWriter writer)
    {
        Assert.True(IsPaused);
        writer.Write(Registers);
        if (SaveError != Errno.None)
        {
            writer.Fail(SaveError);
        }
    }

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        Assert.True(IsPaused);
        byte[] registers = [.. reader.ReadBytes(Registers.Length)];
        if (!reader.IsComplete || !AcceptsRegisters)
        {
            return false;
        }

        Registers = registers;
        LoadedMinor = minor;
        return true;
    }

    public Errno ResetState()
    {
        Calls.Add("reset");
        if (Failures.TryGetValue("reset", out Errno error))
        {
            return error;
        }

        Registers = new byte[Registers.Length];
        Small.Clear();
        Large.Clear();
        return Errno.None;
    }
}
