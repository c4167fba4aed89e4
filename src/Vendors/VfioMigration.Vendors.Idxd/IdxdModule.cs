using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;

namespace VfioMigration.Vendors.Idxd;

/// <summary>
/// Intel's Data Streaming Accelerator with mediated devices (proposed 2019 to 2021, not merged): devices of one or of two dedicated work queues, aggregated at will.
/// Options: see <see cref="IdxdOptions"/>.
/// </summary>
public sealed class IdxdModule : DriverModule
{
    private readonly IdxdOptions options;

    public IdxdModule(VendorContext context)
        : base(context) => options = IdxdOptions.Read(context.Options);

    public override string Name => "idxd";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) => CompatibilityOf(type, static () => 1);

    public override IReadOnlyList<TypeConfiguration> ConfigurationsOf(MdevType type)
    {
        var queues = (IdxdType)type.Definition;
        return options.MigrationVersion
            ? AggregationAttributes.ConfigurationsUpTo(
                queues.MaxInstances,
                instances => queues.FreeInstances / instances,
                instances => IdxdCompatibility.Of(queues, options, () => instances))
            : [];
    }

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) =>
        CompatibilityOf(device.Type, () => ((IdxdDevice)device.DriverData!).AggregatedInstances);

    protected override IReadOnlyList<DeviceDriver> CreateDrivers(KernelModule module)
    {
        var devices = new IdxdMdevDriver(Context, module, options);
        return [devices, new IdxdPciDriver(Context, module, devices, options)];
    }

    private IMigrationCompatibility? CompatibilityOf(MdevType type, Func<int> instances) =>
        options.MigrationVersion ? IdxdCompatibility.Of((IdxdType)type.Definition, options, instances) : null;
}
