using VfioMigration.Buses.Pci;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>A driver of PCI functions that uses the base class as it is; its devices do not migrate.</summary>
internal sealed class BrokenPciDriver(VendorContext context, KernelModule module, FaultPoint point) : DeviceDriver(context.Pci, module, "broken")
{
    public override bool Matches(Device device) => point.Answer(((PciDevice)device).Ids.Vendor == 0x8086, "DeviceDriver.Matches");

    protected override Errno Probe(Device device)
    {
        var card = new BrokenDevice(device, point, MigrationPersonality.None);
        device.DriverData = card;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(card);
        return point.Answer(error, "DeviceDriver.Probe");
    }

    protected override void Remove(Device device)
    {
        point.Act("DeviceDriver.Remove");
        context.Vfio.Unregister((BrokenDevice)device.DriverData!);
    }
}
