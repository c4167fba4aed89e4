using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Vendors.I40evf.I40evfRegister;

namespace VfioMigration.Vendors.I40evf;

/// <summary>A virtual function: two rings behind BAR 0, two vectors of MSI-X.</summary>
internal sealed class I40evfDevice : RegisterDevice
{
    private readonly I40evfRings rings;

    internal I40evfDevice(PciDevice function, Device node, I40evfOptions options)
        : base(function.Config, node, vectors: 2, registers: Count, latches: 0, options.SoftwareVersion)
    {
        StateDescription = $"i40evf {function.Ids}";
        rings = new I40evfRings(Registers, Dma, Msix);
        var bar = new I40evfBar(ReadBar, WriteBar, options.Trap);
        Config.SetBar(0, BarSize);
        AddBar(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, bar);
        VfioIrq? remap = options.Trap == DoorbellTrap.RemapIrq
            ? AddIrq(new VfioIrq(1, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD, IrqTypeCapability.RemapBarRegion))
            : null;
        AddMigration(new I40evfMigration(this, bar, options, remap, Report), options.Migration, hasDirtyLog: true);
    }

    public override string StateDescription { get; }

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new I40evfWorkload(this, memory, options);

    protected override void Store(ulong offset, uint value)
    {
        int register = offset switch
        {
            TxDoorbell => TxTail,
            RxDoorbell => RxTail,
            < Count * sizeof(uint) => (int)(offset / sizeof(uint)),
            _ => -1,
        };
        if (register >= 0 && !IsReadOnly(register))
        {
            Registers[register] = value;
        }
    }

    protected override void Work() => rings.Transmit();
}
