using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>
/// The vGPU manager of NVIDIA, which is no part of Linux, in two personalities: mediated devices, and the files of a virtual function that took
/// their place with vGPU 17. Options: see <see cref="NvidiaOptions"/>.
/// </summary>
public sealed class NvidiaModule : DriverModule
{
    private readonly NvidiaOptions options;

    public NvidiaModule(VendorContext context)
        : base(context) => options = NvidiaOptions.Read(context.Options);

    public override string Name => "nvidia";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        options.MigrationVersion
            ? NvidiaCompatibility.Of(((PciDevice)type.MdevParent.Device).Ids, () => (NvidiaType)type.Definition, options)
            : null;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(device.Type);

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) =>
        options.MigrationVersion && device.DriverData is NvidiaFunction function
            ? NvidiaCompatibility.Of(device.Ids, () => function.Type, options)
            : null;

    protected override IReadOnlyList<DeviceDriver> CreateDrivers(KernelModule module)
    {
        if (!options.HasMdevs)
        {
            return [new NvidiaFunctionDriver(Context, module, options)];
        }

        var devices = new NvidiaMdevDriver(Context, module, options);
        return [devices, new NvidiaPciDriver(Context, module, devices, options)];
    }
}
