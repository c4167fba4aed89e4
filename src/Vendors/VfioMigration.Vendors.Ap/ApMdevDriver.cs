using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Ap;

/// <summary>Drives the matrices of guests; there may be as many as there are queues.</summary>
internal sealed class ApMdevDriver : MdevDriver
{
    private readonly VendorContext context;
    private readonly ApMatrices matrices;

    internal ApMdevDriver(VendorContext context, KernelModule module, ApOptions options)
        : base(context.Mdev, module, "vfio_ap_mdev")
    {
        this.context = context;
        matrices = new ApMatrices(options);
        DeviceGroups = new ApAttributes(matrices).Groups;
    }

    public override string DeviceApi => "vfio-ap";

    public override int MaxInstances => ApMask.Count * ApMask.Count;

    public override IReadOnlyList<AttributeGroup> DeviceGroups { get; }

    protected override Errno Probe(MdevDevice device)
    {
        var matrix = new ApDevice(device);
        device.DriverData = matrix;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(matrix);
        if (error == Errno.None)
        {
            matrices.Add(matrix);
        }

        return error;
    }

    protected override void Remove(MdevDevice device)
    {
        var matrix = (ApDevice)device.DriverData!;
        context.Vfio.Unregister(matrix);
        matrices.Remove(matrix);
    }
}
