using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace Acme;

/// <summary>A card: its memory in BAR 0, and a counter behind it in the saved state.</summary>
internal sealed class AcmeDevice : VfioPciDevice, IMigratableDevice
{
    private const int QuarterBytes = 1 << 20;

    private static readonly PciIds Ids = new(0x1AF4, 0x10A1, 0x1AF4, 1, 0x120000, 1);

    private readonly SoftwareVersion software;
    private uint resets;

    internal AcmeDevice(Device device, int quarters, SoftwareVersion software, MigrationPersonality personality)
        : base(device, new PciConfigSpace(Ids), new VfioPciLayout { MsixVectors = 1 })
    {
        this.software = software;
        Memory = new DeviceMemory(quarters * QuarterBytes);
        StateDescription = $"acme {quarters}/4";
        Config.SetBar(0, (uint)Memory.Length);
        AddBar(0, new MemoryRegion(Memory));
        AddMigration(new DeviceStateMigration(this, VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY, Report), personality, hasDirtyLog: true);
    }

    public string StateDescription { get; }

    public (ushort Major, ushort Minor) StateVersion => ((ushort)software.Major, (ushort)software.Minor);

    public IReadOnlyList<DeviceMemory> StateMemory => [Memory];

    internal DeviceMemory Memory { get; }

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new MemoryWorkload(this, Memory, memory, options);

    /// <summary>Stops everything that happens by itself: here nothing does.</summary>
    public Errno Pause() => Errno.None;

    public Errno Continue() => Errno.None;

    public void SaveState(StateWriter writer)
    {
        SavePciState(writer);
        writer.Write(resets);
    }

    /// <summary>Reads everything, then touches the device.</summary>
    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        ReadOnlySpan<byte> pci = ReadPciState(ref reader);
        uint loaded = reader.ReadUInt32();
        if (!reader.IsComplete || !TryLoadPciState(pci))
        {
            return false;
        }

        resets = loaded;
        return true;
    }

    public Errno ResetState()
    {
        Memory.Clear();
        resets = 0;
        return Errno.None;
    }

    protected override Errno OnReset()
    {
        Memory.Clear();
        resets++;
        return Errno.None;
    }
}
