using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Pci;

/// <summary>A driver of PCI functions (<c>struct pci_driver</c>).</summary>
public abstract class PciDriver(PciBus bus, KernelModule module, string name) : DeviceDriver(bus, module, name)
{
    /// <summary>The vendor and device ids the driver claims; empty for one that is bound by <c>driver_override</c> only.</summary>
    public virtual IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => [];

    /// <summary>pci_match_device: an override decides alone, else the id table.</summary>
    public override bool Matches(Device device) =>
        device is PciDevice pci
        && (pci.DriverOverride is { } only ? only == Name : IdTable.Contains((pci.Ids.Vendor, pci.Ids.Device)));

    protected abstract Errno Probe(PciDevice device);

    protected abstract void Remove(PciDevice device);

    protected sealed override Errno Probe(Device device) => Probe((PciDevice)device);

    protected sealed override void Remove(Device device) => Remove((PciDevice)device);
}
