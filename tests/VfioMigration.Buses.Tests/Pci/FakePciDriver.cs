using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Tests.Pci;

internal sealed class FakePciDriver(PciBus bus, KernelModule module, string name, params (ushort Vendor, ushort Device)[] ids)
    : PciDriver(bus, module, name)
{
    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => ids;

    protected override Errno Probe(PciDevice device) => Errno.None;

    protected override void Remove(PciDevice device)
    {
    }
}
