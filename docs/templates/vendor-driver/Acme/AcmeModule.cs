using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio.Migration;

namespace Acme;

public sealed class AcmeModule : VirtualParentModule
{
    private readonly SoftwareVersion software;
    private readonly MigrationPersonality migration;

    public AcmeModule(VendorContext context)
        : base(context)
    {
        software = context.Options.GetSoftwareVersion("1.0");
        migration = context.Options.GetMigration(MigrationPersonality.V2);
    }

    public override string Name => "acme";

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; } = [new AcmeType("half", 2), new AcmeType("quarter", 1)];

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        AcmeCompatibility.Of((AcmeType)type.Definition, software);

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(device.Type);

    protected override MdevDriver CreateDriver(KernelModule module) => new AcmeDriver(Context, module, software, migration);
}
