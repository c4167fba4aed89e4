using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Idxd;

/// <summary>Makes every accelerator a parent. Named <c>dsa</c>, because the types of the discussion are called <c>dsa-1dwq</c>.</summary>
internal sealed class IdxdPciDriver(VendorContext context, KernelModule module, IdxdMdevDriver mdevDriver, IdxdOptions options)
    : PciDriver(context.Pci, module, "dsa")
{
    /// <summary>PCI_DEVICE_ID_INTEL_DSA_SPR0 (<c>drivers/dma/idxd/init.c</c>).</summary>
    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable { get; } = [(0x8086, 0x0B25)];

    protected override Errno Probe(PciDevice device)
    {
        var function = new IdxdFunction(device.Ids, options.Queues);
        device.DriverData = function;
        Result<MdevParent> registered = context.Mdev.RegisterParent(device, mdevDriver, [new IdxdType(function, 1), new IdxdType(function, 2)]);
        function.Parent = registered.IsOk ? registered.Value : null;
        return registered.Error;
    }

    protected override void Remove(PciDevice device)
    {
        if (device.DriverData is IdxdFunction { Parent: { } parent })
        {
            context.Mdev.UnregisterParent(parent);
        }
    }
}
