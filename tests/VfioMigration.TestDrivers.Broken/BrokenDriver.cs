using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.TestDrivers.Broken;

internal sealed class BrokenDriver(VendorContext context, KernelModule module, FaultPoint point) : MdevDriver(context.Mdev, module, "broken")
{
    public override string DeviceApi => point.Answer("vfio-pci", "MdevDriver.DeviceApi");

    public override int MaxInstances => point.Answer(8, "MdevDriver.MaxInstances");

    public override bool TakesCreationParameters => point.Answer(true, "MdevDriver.TakesCreationParameters");

    public override IReadOnlyList<AttributeGroup> DeviceGroups => point.Answer<IReadOnlyList<AttributeGroup>>(
        [
            new AttributeGroup(
                "vendor",
                SysfsAttribute<MdevDevice>.ReadWrite(
                    "value", (_, page) => point.Answer(SysfsText.Line(page, 1), "SysfsAttribute.Show"), (_, _) => point.Answer(Errno.None, "SysfsAttribute.Store"))),
        ],
        "DeviceDriver.DeviceGroups");

    public override int? GetAvailable(MdevType type) => point.Answer<int?>(MaxInstances - Devices.Count, "MdevDriver.GetAvailable");

    public override string? Describe(MdevType type) => point.Answer<string>("a type\n", "MdevDriver.Describe");

    protected override Errno Probe(MdevDevice device)
    {
        var card = new BrokenDevice(device, point);
        device.DriverData = card;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(card);
        return point.Answer(error, "MdevDriver.Probe");
    }

    protected override void Remove(MdevDevice device)
    {
        point.Act("MdevDriver.Remove");
        context.Vfio.Unregister((BrokenDevice)device.DriverData!);
    }
}
