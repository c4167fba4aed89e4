using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Wrapper;

/// <summary>
/// Wraps whole PCI functions into one mediated device each, so that a guest sees no difference between a function and a part of one (proposed
/// 2020 in discussion, not merged, R18, R19). What a device does is left to the vendor's operations for the function, the same that vfio-pci
/// uses (R54). Options: see <see cref="WrapperOptions"/>.
/// </summary>
public sealed class WrapperModule : DriverModule
{
    private readonly WrapperOptions options;

    public WrapperModule(VendorContext context)
        : base(context) => options = WrapperOptions.Read(context.Options);

    public override string Name => "wrapper_mdev";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) => WrapperCompatibility.Of((WrapperType)type.Definition, options);

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) =>
        device.DriverData is VfioPciDevice { Migration: not null } ? CompatibilityOf(device.Type) : null;

    protected override IReadOnlyList<DeviceDriver> CreateDrivers(KernelModule module)
    {
        var devices = new WrapperMdevDriver(Context, module);
        return [devices, new WrapperPciDriver(Context, module, devices, options)];
    }
}
