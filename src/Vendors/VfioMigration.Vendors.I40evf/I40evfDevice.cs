using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Vendors.I40evf.I40evfRegister;

namespace VfioMigration.Vendors.I40evf;

/// <summary>A virtual function: two rings behind BAR 0, two vectors of MSI-X.</summary>
internal sealed class I40evfDevice : VfioPciDevice, IMigratableDevice
{
    private readonly Lock gate = new();
    private readonly I40evfRings rings;
    private readonly I40evfBar bar;
    private readonly SoftwareVersion software;
    private bool isPaused;

    internal I40evfDevice(PciDevice function, Device node, I40evfOptions options)
        : base(node, function.Config, msixVectors: 2)
    {
        StateDescription = $"i40evf {function.Ids}";
        software = options.SoftwareVersion;
        rings = new I40evfRings(Dma, Msix);
        bar = new I40evfBar(this, options.Trap);
        Config.SetBar(0, BarSize);
        AddBar(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, bar);
        VfioIrq? remap = options.Trap == DoorbellTrap.RemapIrq
            ? AddIrq(new VfioIrq(1, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD, IrqTypeCapability.RemapBarRegion))
            : null;
        AddMigration(new I40evfMigration(this, bar, options, remap, Report), options.Migration, hasDirtyLog: true);
    }

    public string StateDescription { get; }

    public (ushort Major, ushort Minor) StateVersion => ((ushort)software.Major, (ushort)software.Minor);

    public IReadOnlyList<DeviceMemory> StateMemory => [];

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new I40evfWorkload(this, memory, options);

    public void Pause()
    {
        lock (gate)
        {
            isPaused = true;
        }
    }

    /// <summary>Doorbells that were rung meanwhile are heard now.</summary>
    public void Continue()
    {
        lock (gate)
        {
            isPaused = false;
            Work();
        }
    }

    public void SaveState(StateWriter writer)
    {
        lock (gate)
        {
            SavePciState(writer);
            I40evfSavedState.Write(writer, rings.Registers);
        }
    }

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        lock (gate)
        {
            ReadOnlySpan<byte> pci = ReadPciState(ref reader);
            return I40evfSavedState.TryRead(ref reader, out uint[] registers) && TryLoadPciState(pci) && Take(registers);
        }
    }

    public void ResetState()
    {
        lock (gate)
        {
            rings.Registers.AsSpan().Clear();
        }
    }

    protected override void OnReset() => ResetState();

    internal uint ReadRegister(ulong offset)
    {
        lock (gate)
        {
            return offset / sizeof(uint) < Count ? rings.Registers[offset / sizeof(uint)] : 0;
        }
    }

    internal void WriteRegister(ulong offset, uint value)
    {
        int register = offset switch
        {
            TxDoorbell => TxTail,
            RxDoorbell => RxTail,
            < Count * sizeof(uint) => (int)(offset / sizeof(uint)),
            _ => -1,
        };
        if (register < 0 || IsReadOnly(register))
        {
            return;
        }

        lock (gate)
        {
            rings.Registers[register] = value;
            Work();
        }
    }

    private void Work()
    {
        if (!isPaused && IsBusMaster)
        {
            rings.Transmit();
        }
    }

    private bool Take(uint[] registers)
    {
        registers.CopyTo(rings.Registers.AsSpan());
        return true;
    }
}
