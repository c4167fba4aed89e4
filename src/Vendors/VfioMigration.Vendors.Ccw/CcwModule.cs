using VfioMigration.Buses.Css;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Ccw;

/// <summary>
/// vfio-ccw (<c>drivers/s390/cio/vfio_ccw_drv.c</c>): every I/O subchannel is a parent of one device. Options: <c>software_version</c>
/// (1.0.0), <c>check_chpid_mask</c> (false: path sets differ between machines), <c>migration_version</c> (true), <c>migration</c> (<c>v2</c>; the
/// kernel's driver has none).
/// </summary>
public sealed class CcwModule : DriverModule
{
    private readonly bool migrationVersion;
    private readonly bool checkMask;
    private readonly SoftwareVersion software;
    private readonly MigrationPersonality migration;

    public CcwModule(VendorContext context)
        : base(context)
    {
        migrationVersion = context.Options.GetFlag("migration_version", true);
        checkMask = context.Options.GetFlag("check_chpid_mask", false);
        migration = context.Options.GetMigration(MigrationPersonality.V2);
        software = context.Options.GetSoftwareVersion("1.0.0");
    }

    public override string Name => "vfio_ccw";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        migrationVersion
            ? CcwCompatibility.Of(((Subchannel)type.MdevParent.Device).Description, software, checkMask)
            : null;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(device.Type);

    protected override IReadOnlyList<DeviceDriver> CreateDrivers(KernelModule module)
    {
        var devices = new CcwMdevDriver(Context, module, software, migration);
        return [devices, new CcwCssDriver(Context, module, devices)];
    }
}
