using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Mtty;

/// <summary>A serial card: one BAR of eight I/O registers per port, one INTx for all.</summary>
internal sealed class MttyDevice : VfioPciDevice
{
    /// <summary>Measured: the region is a byte smaller than the configuration space.</summary>
    private const ulong ReportedConfigSize = 0xFF;

    private static readonly PciIds Ids = new(0x4348, 0x3253, 0x4348, 0x3253, 0x070002, 0x10);

    private readonly Lock gate = new();

    internal MttyDevice(Device device, MttyType type, MigrationPersonality personality)
        : base(device, new PciConfigSpace(Ids), advertisesReset: false, configRegionSize: ReportedConfigSize)
    {
        Ports = [.. Enumerable.Range(0, type.Ports).Select(_ => new SerialPort(Intx))];
        Config.SetInterruptPin();
        for (int i = 0; i < Ports.Count; i++)
        {
            SerialPort port = Ports[i];
            Config.SetBar(i, SerialPort.Registers, isIo: true);
            AddBar(i, new TrappedRegion(SerialPort.Registers, (offset, bytes) => Read(port, offset, bytes), (offset, bytes) => Write(port, offset, bytes)));
        }

        AddMigration(new MttyMigration(this, Report), personality, hasDirtyLog: true);
    }

    internal IReadOnlyList<SerialPort> Ports { get; }

    protected override bool IsLogLenient => true;

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new MttyWorkload(this, memory, options);

    /// <summary>Puts the ports one behind the other.</summary>
    internal void Save(Span<byte> destination)
    {
        lock (gate)
        {
            for (int i = 0; i < Ports.Count; i++)
            {
                Ports[i].Save(destination[(i * SerialPort.StateSize)..]);
            }
        }
    }

    /// <summary>Undoes <see cref="Save"/>; the state is sane.</summary>
    internal void Load(ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            for (int i = 0; i < Ports.Count; i++)
            {
                Ports[i].Load(source.Slice(i * SerialPort.StateSize, SerialPort.StateSize));
            }
        }
    }

    private Errno Read(SerialPort port, ulong offset, Span<byte> destination)
    {
        lock (gate)
        {
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = port.Read((int)offset + i);
            }
        }

        return Errno.None;
    }

    private Errno Write(SerialPort port, ulong offset, ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            for (int i = 0; i < source.Length; i++)
            {
                port.Write((int)offset + i, source[i]);
            }
        }

        return Errno.None;
    }
}
