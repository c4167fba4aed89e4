using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Wrapper;

/// <summary>Drives the functions and makes each a parent of one device.</summary>
internal sealed class WrapperPciDriver(VendorContext context, KernelModule module, WrapperMdevDriver mdevDriver, WrapperOptions options)
    : PciDriver(context.Pci, module, "wrapper_mdev")
{
    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => options.Ids;

    protected override Errno Probe(PciDevice device)
    {
        Result<MdevParent> registered = context.Mdev.RegisterParent(device, mdevDriver, [new WrapperType(device)]);
        device.DriverData = registered.IsOk ? registered.Value : null;
        return registered.Error;
    }

    protected override void Remove(PciDevice device)
    {
        if (device.DriverData is MdevParent parent)
        {
            context.Mdev.UnregisterParent(parent);
        }
    }
}
