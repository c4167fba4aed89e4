using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>Drives the cards and makes each a parent of mediated devices.</summary>
internal sealed class NvidiaPciDriver(VendorContext context, KernelModule module, NvidiaMdevDriver mdevDriver, NvidiaOptions options)
    : PciDriver(context.Pci, module, "nvidia")
{
    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => options.Ids;

    protected override Errno Probe(PciDevice device)
    {
        mdevDriver.AddCard(device);
        Result<MdevParent> registered = context.Mdev.RegisterParent(device, mdevDriver, NvidiaType.All);
        device.DriverData = registered.IsOk ? registered.Value : null;
        if (!registered.IsOk)
        {
            mdevDriver.RemoveCard(device);
        }

        return registered.Error;
    }

    protected override void Remove(PciDevice device)
    {
        if (device.DriverData is MdevParent parent)
        {
            context.Mdev.UnregisterParent(parent);
            mdevDriver.RemoveCard(device);
        }
    }
}
