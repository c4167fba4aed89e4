using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Gvt;

/// <summary>Drives the virtual GPUs; one that does not fit into what is left is refused with ENOSPC by its probe.</summary>
internal sealed class GvtMdevDriver(VendorContext context, KernelModule module) : MdevDriver(context.Mdev, module, "intel_vgpu_mdev")
{
    public override string DeviceApi => "vfio-pci";

    public override IReadOnlyList<AttributeGroup> DeviceGroups => GvtAttributes.Groups;

    public override int? GetAvailable(MdevType type) => TypeOf(type).Graphics.Available(TypeOf(type));

    public override string Describe(MdevType type) => TypeOf(type).Description;

    protected override Errno Probe(MdevDevice device)
    {
        GvtType type = TypeOf(device.Type);
        if (type.Graphics.TryTake(type) is not { } id)
        {
            return Errno.ENOSPC;
        }

        Result<VfioDevice> registered = context.Vfio.RegisterEmulatedIommuDevice(device);
        if (!registered.TryGet(out VfioDevice vfio))
        {
            type.Graphics.Return(type, id);
            return registered.Error;
        }

        device.DriverData = new GvtDevice(id, vfio);
        return Errno.None;
    }

    protected override void Remove(MdevDevice device)
    {
        var gpu = (GvtDevice)device.DriverData!;
        context.Vfio.Unregister(gpu.Vfio);
        TypeOf(device.Type).Graphics.Return(TypeOf(device.Type), gpu.Id);
    }

    private static GvtType TypeOf(MdevType type) => (GvtType)type.Definition;
}
