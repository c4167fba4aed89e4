using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Gvt;

/// <summary>Drives the virtual GPUs; one that does not fit into what is left is refused with ENOSPC by its probe.</summary>
internal sealed class GvtMdevDriver(VendorContext context, KernelModule module, GvtOptions options)
    : MdevDriver(context.Mdev, module, "intel_vgpu_mdev")
{
    public override string DeviceApi => "vfio-pci";

    public override IReadOnlyList<AttributeGroup> DeviceGroups => options.IsAggregating ? GvtAttributes.AggregatingGroups : GvtAttributes.Groups;

    public override bool TakesCreationParameters => options.IsAggregating;

    public override int? GetAvailable(MdevType type) => TypeOf(type).Graphics.Available(TypeOf(type));

    public override string Describe(MdevType type) => TypeOf(type).Description;

    protected override Errno Probe(MdevDevice device)
    {
        GvtType type = TypeOf(device.Type);
        if (!AggregationAttributes.Read(device).TryGet(out int instances, out Errno problem))
        {
            return problem;
        }

        if (instances > GvtType.MaxInstances)
        {
            return Errno.EINVAL;
        }

        if (type.Graphics.TryTake(type, instances) is not { } id)
        {
            return Errno.ENOSPC;
        }

        var gpu = new GvtDevice(device, id, type, instances, options);
        device.DriverData = gpu;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(gpu);
        if (error != Errno.None)
        {
            type.Graphics.Return(type, instances, id);
        }

        return error;
    }

    protected override void Remove(MdevDevice device)
    {
        var gpu = (GvtDevice)device.DriverData!;
        context.Vfio.Unregister(gpu);
        TypeOf(device.Type).Graphics.Return(TypeOf(device.Type), gpu.AggregatedInstances, gpu.Id);
    }

    private static GvtType TypeOf(MdevType type) => (GvtType)type.Definition;
}
