using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Idxd;

/// <summary>Drives the queues of functions; what does not fit into what is left is ENOSPC.</summary>
internal sealed class IdxdMdevDriver(VendorContext context, KernelModule module, IdxdOptions options) : MdevDriver(context.Mdev, module, "idxd_mdev")
{
    public override string DeviceApi => "vfio-pci";

    public override IReadOnlyList<AttributeGroup> DeviceGroups { get; } = [AggregationAttributes.Group];

    public override bool TakesCreationParameters => true;

    public override int? GetAvailable(MdevType type) => TypeOf(type).FreeInstances;

    protected override Errno Probe(MdevDevice device)
    {
        IdxdType type = TypeOf(device.Type);
        if (!AggregationAttributes.Read(device).TryGet(out int instances, out Errno error))
        {
            return error;
        }

        if (instances > type.MaxInstances)
        {
            return Errno.EINVAL;
        }

        if (!type.TryTake(instances))
        {
            return Errno.ENOSPC;
        }

        var queues = new IdxdDevice(device, type, instances, options);
        device.DriverData = queues;
        error = context.Vfio.RegisterEmulatedIommuDevice(queues);
        if (error != Errno.None)
        {
            type.TryTake(-instances);
        }

        return error;
    }

    protected override void Remove(MdevDevice device)
    {
        var queues = (IdxdDevice)device.DriverData!;
        context.Vfio.Unregister(queues);
        TypeOf(device.Type).TryTake(-queues.AggregatedInstances);
    }

    private static IdxdType TypeOf(MdevType type) => (IdxdType)type.Definition;
}
