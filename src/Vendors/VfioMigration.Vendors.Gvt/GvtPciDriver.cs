using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Gvt;

/// <summary>Drives the graphics functions and makes each a parent.</summary>
internal sealed class GvtPciDriver(VendorContext context, KernelModule module, GvtMdevDriver mdevDriver, GvtOptions options)
    : PciDriver(context.Pci, module, "i915")
{
    private const ushort Intel = 0x8086;

    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable { get; } =
        [.. GvtGraphics.Generation9.Select(id => (Intel, id))];

    protected override Errno Probe(PciDevice device)
    {
        var graphics = new GvtGraphics(device.Ids, options);
        device.DriverData = graphics;
        Result<MdevParent> registered = context.Mdev.RegisterParent(device, mdevDriver, GvtType.For(graphics));
        graphics.Parent = registered.IsOk ? registered.Value : null;
        return registered.Error;
    }

    protected override void Remove(PciDevice device)
    {
        if (device.DriverData is GvtGraphics { Parent: { } parent })
        {
            context.Mdev.UnregisterParent(parent);
        }
    }
}
