using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// Intel GVT-g (<c>drivers/gpu/drm/i915/gvt</c>): the PCI driver <c>i915</c> makes every graphics function it knows a parent of virtual
/// GPUs. Options: see <see cref="GvtOptions"/>.
/// </summary>
public sealed class GvtModule : DriverModule
{
    private readonly GvtOptions options;

    public GvtModule(VendorContext context)
        : base(context) => options = GvtOptions.Read(context.Options);

    public override string Name => "i915";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        options.MigrationVersion ? GvtCompatibility.Of((GvtType)type.Definition, options, static () => 1) : null;

    public override IReadOnlyList<TypeConfiguration> ConfigurationsOf(MdevType type)
    {
        var slice = (GvtType)type.Definition;
        return options.IsAggregating && options.MigrationVersion
            ? AggregationAttributes.ConfigurationsUpTo(
                slice.Graphics.MaxInstancesOf(slice),
                instances => slice.Graphics.Available(slice, instances),
                instances => GvtCompatibility.Of(slice, options, () => instances))
            : [];
    }

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) =>
        options.MigrationVersion
            ? GvtCompatibility.Of((GvtType)device.Type.Definition, options, () => ((GvtDevice)device.DriverData!).AggregatedInstances)
            : null;

    protected override IReadOnlyList<DeviceDriver> CreateDrivers(KernelModule module)
    {
        var devices = new GvtMdevDriver(Context, module, options);
        return [devices, new GvtPciDriver(Context, module, devices, options)];
    }
}
