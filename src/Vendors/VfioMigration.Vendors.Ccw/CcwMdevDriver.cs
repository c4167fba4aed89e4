using VfioMigration.Buses.Css;
using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Ccw;

/// <summary>One device per subchannel; the core counts it, so a second one is EUSERS.</summary>
internal sealed class CcwMdevDriver : MdevDriver
{
    private readonly VendorContext context;

    internal CcwMdevDriver(VendorContext context, KernelModule module, SoftwareVersion software)
        : base(context.Mdev, module, "vfio_ccw_mdev")
    {
        this.context = context;
        DeviceGroups = CcwAttributes.For(software);
    }

    public override string DeviceApi => "vfio-ccw";

    public override int MaxInstances => 1;

    public override IReadOnlyList<AttributeGroup> DeviceGroups { get; }

    internal static SubchannelDescription DescriptionOf(MdevDevice device) => ((Subchannel)device.Type.MdevParent.Device).Description;

    protected override Errno Probe(MdevDevice device)
    {
        Result<VfioDevice> registered = context.Vfio.RegisterEmulatedIommuDevice(device);
        device.DriverData = registered.IsOk ? registered.Value : null;
        return registered.Error;
    }

    protected override void Remove(MdevDevice device) => context.Vfio.Unregister((VfioDevice)device.DriverData!);
}
