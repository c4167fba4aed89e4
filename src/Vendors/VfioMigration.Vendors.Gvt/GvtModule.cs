using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// Intel GVT-g (<c>drivers/gpu/drm/i915/gvt</c>): the PCI driver <c>i915</c> makes every graphics function it knows a parent of virtual
/// GPUs. Options: see <see cref="GvtOptions"/>.
/// </summary>
public sealed class GvtModule : VendorModule
{
    private readonly GvtOptions options;
    private GvtPciDriver? pciDriver;
    private GvtMdevDriver? mdevDriver;

    public GvtModule(VendorContext context)
        : base(context) => options = GvtOptions.Read(context.Options);

    public override string Name => "i915";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        options.MigrationVersion ? GvtCompatibility.Of((GvtType)type.Definition, options, static () => 1) : null;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) =>
        options.MigrationVersion
            ? GvtCompatibility.Of((GvtType)device.Type.Definition, options, () => ((GvtDevice)device.DriverData!).AggregatedInstances)
            : null;

    protected override Errno Init(KernelModule module)
    {
        mdevDriver = new GvtMdevDriver(Context, module, options);
        pciDriver = new GvtPciDriver(Context, module, mdevDriver, options);
        Errno error = Context.Mdev.RegisterDriver(mdevDriver);
        if (error != Errno.None)
        {
            return error;
        }

        error = Context.Pci.RegisterDriver(pciDriver);
        if (error != Errno.None)
        {
            Context.Mdev.UnregisterDriver(mdevDriver);
        }

        return error;
    }

    protected override void Exit(KernelModule module)
    {
        Context.Pci.UnregisterDriver(pciDriver!);
        Context.Mdev.UnregisterDriver(mdevDriver!);
    }
}
