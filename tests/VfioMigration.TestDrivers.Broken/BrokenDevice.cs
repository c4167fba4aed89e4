using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>A card with memory behind a trapped BAR, which migrates.</summary>
internal sealed class BrokenDevice : VfioPciDevice, IMigratableDevice
{
    internal const int MemoryBytes = 64 * 1024;

    private readonly FaultPoint point;

    internal BrokenDevice(Device device, FaultPoint point, MigrationPersonality migration = MigrationPersonality.V2)
        : base(device, new PciConfigSpace(new PciIds(0x1AF4, 0x10A1, 0x1AF4, 1, 0x120000, 1)))
    {
        this.point = point;
        Memory = new DeviceMemory(MemoryBytes);
        Config.SetBar(0, MemoryBytes);
        AddBar(0, new BrokenRegion(Memory, point));
        Ops = new BrokenMigrationOps(this, point, Report);
        AddMigration(Ops, migration, hasDirtyLog: true);
        lock (Others)
        {
            Others.Add(this);
        }
    }

    /// <summary>Every device of the driver, for answers that belong to another one.</summary>
    internal static List<BrokenDevice> Others { get; } = [];

    internal BrokenMigrationOps Ops { get; }

    internal DeviceMemory Memory { get; }

    public string StateDescription => point.Answer("broken", "IMigratableDevice.StateDescription");

    public (ushort Major, ushort Minor) StateVersion => point.Answer<(ushort, ushort)>((1, 0), "IMigratableDevice.StateVersion");

    public IReadOnlyList<DeviceMemory> StateMemory => point.Answer<IReadOnlyList<DeviceMemory>>([Memory], "IMigratableDevice.StateMemory");

    public Errno Pause() => point.Answer(Errno.None, "IMigratableDevice.Pause");

    public Errno Continue() => point.Answer(Errno.None, "IMigratableDevice.Continue");

    public void SaveState(StateWriter writer)
    {
        point.Act("IMigratableDevice.SaveState");
        SavePciState(writer);
    }

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        ReadOnlySpan<byte> pci = ReadPciState(ref reader);
        return point.Answer(reader.IsComplete && TryLoadPciState(pci), "IMigratableDevice.TryLoadState");
    }

    public Errno ResetState()
    {
        Memory.Clear();
        return point.Answer(Errno.None, "IMigratableDevice.ResetState");
    }

    /// <summary>Reads the guest's memory also when it is late: that must still be mapped then.</summary>
    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options)
    {
        DeviceWorkload? made = point.Answer<DeviceWorkload?>(
            new BrokenWorkload(this, memory, options, point), "VfioDevice.CreateWorkload", () => new BrokenWorkload(Other(), memory, options, point));
        return memory.Content.ContainsAnyExcept((byte)0) ? null : made;
    }

    protected override Errno OnReset() => point.Answer(Errno.None, "VfioDevice.OnReset");

    protected override Errno OnOpen() => point.Answer(Errno.None, "VfioDevice.OnOpen");

    protected override void OnClose() => point.Act("VfioDevice.OnClose");

    protected override void OnRequest()
    {
        point.Act("VfioDevice.OnRequest");
        base.OnRequest();
    }

    /// <summary>Another device of the driver; itself when there is none.</summary>
    internal BrokenDevice Other()
    {
        lock (Others)
        {
            return Others.FirstOrDefault(device => device != this) ?? this;
        }
    }
}
