using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.TestDrivers.Faulty;

internal sealed class FaultyDriver(VendorContext context, KernelModule module) : MdevDriver(context.Mdev, module, "faulty")
{
    public override string DeviceApi => "vfio-pci";

    public override int MaxInstances => 1000;

    public override IReadOnlyList<AttributeGroup> DeviceGroups => FaultyAttributes.Groups;

    protected override Errno Probe(MdevDevice device)
    {
        device.DriverData = new FaultyState();
        return device.Name.StartsWith("deadbeef", StringComparison.Ordinal) ? throw new InvalidOperationException("probe") : Errno.None;
    }

    protected override void Remove(MdevDevice device) => ((FaultyState)device.DriverData!).Gate.Set();
}
