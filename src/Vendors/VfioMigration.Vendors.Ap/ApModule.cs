using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Ap;

/// <summary>
/// vfio_ap (<c>drivers/s390/crypto/vfio_ap_drv.c</c>): crypto adapters of a mainframe, handed to guests as matrices of queues. The parent is
/// <c>/sys/devices/vfio_ap/matrix</c>. Options: see <see cref="ApOptions"/>.
/// </summary>
public sealed class ApModule : VendorModule
{
    private readonly ApOptions options;
    private ApMdevDriver? driver;
    private DeviceBus? bus;
    private Device? root;
    private Device? matrix;
    private MdevParent? parent;

    public ApModule(VendorContext context)
        : base(context) => options = ApOptions.Read(context.Options);

    public override string Name => "vfio_ap";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) => CompatibilityOf(static () => ApMatrix.Empty);

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(() => ((ApDevice)device.DriverData!).Matrix);

    protected override Errno Init(KernelModule module)
    {
        driver = new ApMdevDriver(Context, module, options);
        Errno error = Context.Mdev.RegisterDriver(driver);
        if (error != Errno.None)
        {
            return error;
        }

        bus = new DeviceBus(Context.Core, "matrix");
        root = new Device(Context.Core, "vfio_ap");
        matrix = new Device(Context.Core, "matrix") { Bus = bus, ParentDevice = root };
        error = bus.Register();
        error = error == Errno.None ? root.Add() : error;
        error = error == Errno.None ? matrix.Add() : error;
        error = error == Errno.None ? RegisterParent() : error;
        if (error != Errno.None)
        {
            Exit(module);
        }

        return error;
    }

    protected override void Exit(KernelModule module)
    {
        if (parent is not null)
        {
            Context.Mdev.UnregisterParent(parent);
        }

        matrix?.Delete();
        root?.Delete();
        bus?.Unregister();
        Context.Mdev.UnregisterDriver(driver!);
    }

    private IMigrationCompatibility? CompatibilityOf(Func<ApMatrix> now) =>
        options.MigrationVersion ? ApCompatibility.Of(now, options.SoftwareVersion) : null;

    private Errno RegisterParent()
    {
        Result<MdevParent> registered = Context.Mdev.RegisterParent(matrix!, driver!, ApType.All, ApType.Prefix);
        parent = registered.IsOk ? registered.Value : null;
        return registered.Error;
    }
}
