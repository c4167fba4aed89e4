using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.VfioPci;

/// <summary>Holds a function for user space. The host has no IOMMU, so the function gets no iommu group and no vfio-dev entry.</summary>
internal sealed class VfioPciDriver(PciBus bus, KernelModule module, IReadOnlyList<(ushort Vendor, ushort Device)> ids)
    : PciDriver(bus, module, "vfio-pci")
{
    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => ids;

    protected override Errno Probe(PciDevice device) => Errno.None;

    protected override void Remove(PciDevice device)
    {
    }
}
