using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Benchmarks.Serving;

/// <summary>Takes every device; each gets all directories that an emulated device has, and a vendor directory.</summary>
internal sealed class UnlimitedDriver(VendorContext context, KernelModule module) : MdevDriver(context.Mdev, module, UnlimitedModule.ModuleName)
{
    private static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup("vendor", SysfsAttribute<MdevDevice>.ReadOnly("name", static (device, page) => SysfsText.Line(page, device.Name))),
    ];

    public override string DeviceApi => "vfio-pci";

    public override IReadOnlyList<AttributeGroup> DeviceGroups => Groups;

    public override int? GetAvailable(MdevType type) => int.MaxValue;

    protected override Errno Probe(MdevDevice device)
    {
        var registered = new VfioDevice(device);
        device.DriverData = registered;
        return context.Vfio.RegisterEmulatedIommuDevice(registered);
    }

    protected override void Remove(MdevDevice device) => context.Vfio.Unregister((VfioDevice)device.DriverData!);
}
