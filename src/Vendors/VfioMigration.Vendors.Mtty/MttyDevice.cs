using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Mtty;

/// <summary>A serial card: one BAR of eight I/O registers per port, one INTx for all.</summary>
internal sealed class MttyDevice : VfioPciDevice
{
    /// <summary>Measured: the configuration region is a byte smaller than the space; absent regions claim rights; INTx and one MSI, and nothing is known of other interrupts.</summary>
    private static readonly VfioPciLayout Layout = new()
    {
        AdvertisesReset = false,
        ConfigRegionSize = 0xFF,
        AbsentRegionFlags = VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE,
        AbsentRegionErrno = Errno.EFAULT,
        MsiVectors = 1,
        HasErrorAndRequest = false,
    };

    private static readonly PciIds Ids = new(0x4348, 0x3253, 0x4348, 0x3253, 0x070002, 0x10);

    private readonly Lock gate = new();

    internal MttyDevice(Device device, MttyType type, MigrationPersonality personality)
        : base(device, MakeConfig(), Layout)
    {
        BuildsWithoutIommufd = true;
        KnowsPrecopyInfoV2 = false;
        KeepsStateOnClose = true;
        Ports = [.. Enumerable.Range(0, type.Ports).Select(_ => new SerialPort(Interrupt))];
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

    /// <summary>
    /// Undoes <see cref="Save"/>; the state is sane. It interrupts: the state does not record whether the guest was notified, and a VMM that restores the line of INTx as it was, asserted,
    /// without an interrupt that it is to end (vfio_pci_load_config of QEMU), leaves it asserted until the next one. To a guest with nothing pending it is one that was shared.
    /// </summary>
    internal void Load(ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            for (int i = 0; i < Ports.Count; i++)
            {
                Ports[i].Load(source.Slice(i * SerialPort.StateSize, SerialPort.StateSize));
            }

            Interrupt();
        }
    }

    /// <summary>The sample's configuration space: I/O is enabled and stays so, and only the interrupt line and the BARs can be written.</summary>
    private static PciConfigSpace MakeConfig()
    {
        var config = new PciConfigSpace(Ids);
        config.Protect(0x04, 0x0C);
        config.Preset(0x04, [0x01, 0x00, 0x00, 0x02]);
        config.Preset(0x40, [0x23, 0x00, 0x00, 0x80, 0x23]);
        config.Preset(0x48, [0x23]);
        config.Preset(0x4C, [0x23]);
        config.Preset(0x60, "PCI Serial/UART"u8);
        config.SetInterruptPin();
        return config;
    }

    /// <summary>By the interrupt that the user has enabled, of which there can be one.</summary>
    private void Interrupt()
    {
        if (Msi.IsEnabled)
        {
            Msi.Raise();
        }
        else
        {
            Intx.Raise();
        }
    }

    private Errno Read(SerialPort port, ulong offset, Span<byte> destination)
    {
        destination.Clear();
        lock (gate)
        {
            for (int at = 0; at < destination.Length; at += Step(offset, at, destination.Length))
            {
                destination[at] = port.Read((int)offset + at);
            }
        }

        return Errno.None;
    }

    private Errno Write(SerialPort port, ulong offset, ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            for (int at = 0; at < source.Length; at += Step(offset, at, source.Length))
            {
                port.Write((int)offset + at, source[at]);
            }
        }

        return Errno.None;
    }

    /// <summary>The sample takes an access apart into aligned pieces of 4, 2 and 1 bytes, and a piece means the register it begins with (mtty_read).</summary>
    private static int Step(ulong offset, int at, int length)
    {
        ulong position = offset + (ulong)at;
        return length - at >= 4 && position % 4 == 0 ? 4 : length - at >= 2 && position % 2 == 0 ? 2 : 1;
    }
}
