using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>Leaves counting to the mdev core: four displays of any type, the fifth is EUSERS.</summary>
internal sealed class MdpyDriver(VendorContext context, KernelModule module, MigrationPersonality migration)
    : MdevDriver(context.Mdev, module, "mdpy")
{
    public override string DeviceApi => "vfio-pci";

    public override int MaxInstances => 4;

    public override IReadOnlyList<AttributeGroup> DeviceGroups => MdpyAttributes.Groups;

    public override string Describe(MdevType type)
    {
        var display = (MdpyType)type.Definition;
        return $"virtual display, {display.Width}x{display.Height} framebuffer\n";
    }

    protected override Errno Probe(MdevDevice device)
    {
        var display = new MdpyDevice(device, (MdpyType)device.Type.Definition, migration);
        device.DriverData = display;
        return context.Vfio.RegisterEmulatedIommuDevice(display);
    }

    protected override void Remove(MdevDevice device) => context.Vfio.Unregister((VfioDevice)device.DriverData!);
}
