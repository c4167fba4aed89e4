using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// The serial port sample of the kernel (<c>samples/vfio-mdev/mtty.c</c>). Options: <c>migration_version</c> adds the attribute, which
/// the kernel's sample does not have; <c>software_version</c> is what its strings carry; <c>migration</c> is <c>v2</c>, as in the sample, or
/// <c>none</c>, <c>v1</c>, <c>rfc</c>.
/// </summary>
public sealed class MttyModule : VirtualParentModule
{
    private readonly bool migrationVersion;
    private readonly SoftwareVersion softwareVersion;
    private readonly MigrationPersonality migration;

    public MttyModule(VendorContext context)
        : base(context)
    {
        migrationVersion = context.Options.GetFlag("migration_version", false);
        migration = context.Options.GetMigration(MigrationPersonality.V2);
        softwareVersion = context.Options.GetSoftwareVersion("1.0");
    }

    public override string Name => "mtty";

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; } = [MttyType.SinglePort, MttyType.DualPort];

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        migrationVersion ? MttyCompatibility.Of((MttyType)type.Definition, softwareVersion) : null;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(device.Type);

    protected override MdevDriver CreateDriver(KernelModule module) => new MttyDriver(Context, module, migration);
}
