using VfioMigration.Buses.Css;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Ccw;

/// <summary>One device per subchannel; the core counts it, so a second one is EUSERS.</summary>
internal sealed class CcwMdevDriver : MdevDriver
{
    private readonly VendorContext context;
    private readonly MigrationPersonality migration;

    internal CcwMdevDriver(VendorContext context, KernelModule module, SoftwareVersion software, MigrationPersonality migration)
        : base(context.Mdev, module, "vfio_ccw_mdev")
    {
        this.context = context;
        this.migration = migration;
        DeviceGroups = CcwAttributes.For(software);
    }

    public override string DeviceApi => "vfio-ccw";

    public override int MaxInstances => 1;

    public override IReadOnlyList<AttributeGroup> DeviceGroups { get; }

    internal static SubchannelDescription DescriptionOf(MdevDevice device) => ((Subchannel)device.Type.MdevParent.Device).Description;

    protected override Errno Probe(MdevDevice device)
    {
        var subchannel = new CcwDevice(device, DescriptionOf(device), migration);
        device.DriverData = subchannel;
        return context.Vfio.RegisterEmulatedIommuDevice(subchannel);
    }

    protected override void Remove(MdevDevice device) => context.Vfio.Unregister((VfioDevice)device.DriverData!);
}
