using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Sdk.Devices.AcceleratorRegister;

namespace VfioMigration.Sdk.Devices;

/// <summary>
/// A virtual function of an accelerator: a ring of requests behind BAR 0, one vector of MSI-X. The driver defines what it is and how it
/// migrates.
/// </summary>
public abstract class AcceleratorDevice : RegisterDevice
{
    private readonly AcceleratorRing ring;

    /// <param name="config">What the guest sees of the function.</param>
    /// <param name="node">Where user space finds it.</param>
    /// <param name="software">Version of the saved state.</param>
    protected AcceleratorDevice(PciConfigSpace config, Device node, SoftwareVersion software)
        : base(config, node, vectors: 1, registers: Count, latches: 0, software)
    {
        ring = new AcceleratorRing(Registers, Dma, Msix);
        Config.SetBar(0, BarSize);
        AddBar(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, new TrappedRegion(BarSize, ReadBar, WriteBar));
    }

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new AcceleratorWorkload(this, memory, options);

    protected override void Store(ulong offset, uint value)
    {
        int register = (int)(offset / sizeof(uint));
        if (register < Count && !IsReadOnly(register))
        {
            Registers[register] = value;
        }
    }

    protected override void Work() => ring.Execute();
}
