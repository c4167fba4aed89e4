using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>
/// The Bochs display sample of the kernel (<c>samples/vfio-mdev/mbochs.c</c>). Options: <c>migration_version</c> adds the attribute,
/// which the kernel's sample does not have; <c>migration</c> (<c>none</c>, <c>v1</c>, <c>rfc</c>, <c>v2</c>) makes the devices migratable, which
/// the kernel's are not; <c>max_mbytes</c> is the video memory of all devices together (module parameter of the
/// sample, default 256).
/// </summary>
public sealed class MbochsModule(VendorContext context) : VirtualParentModule(context)
{
    private readonly bool migrationVersion = context.Options.GetFlag("migration_version", false);
    private readonly MigrationPersonality migration = context.Options.GetMigration(MigrationPersonality.None);
    private readonly int maxMegabytes = context.Options.GetNumber("max_mbytes", 256, 4, 1 << 20);

    public override string Name => "mbochs";

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; } =
        [new MbochsType("small", 4), new MbochsType("medium", 16), new MbochsType("large", 64)];

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        migrationVersion ? MbochsCompatibility.Of((MbochsType)type.Definition) : null;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(device.Type);

    protected override MdevDriver CreateDriver(KernelModule module) => new MbochsDriver(Context, module, maxMegabytes, migration);
}
