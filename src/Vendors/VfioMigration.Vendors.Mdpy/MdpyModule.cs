using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>
/// The simple display sample of the kernel (<c>samples/vfio-mdev/mdpy.c</c>). Option <c>migration_version</c> adds the attribute, which
/// the kernel's sample does not have; <c>migration</c> (<c>none</c>, <c>v1</c>, <c>rfc</c>, <c>v2</c>) makes the devices migratable, which the
/// kernel's are not.
/// </summary>
public sealed class MdpyModule(VendorContext context) : VirtualParentModule(context)
{
    private readonly bool migrationVersion = context.Options.GetFlag("migration_version", false);

    private readonly MigrationPersonality migration = context.Options.GetMigration(MigrationPersonality.None);

    public override string Name => "mdpy";

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; } =
        [new MdpyType("vga", 640, 480), new MdpyType("xga", 1024, 768), new MdpyType("hd", 1920, 1080)];

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        migrationVersion ? MdpyCompatibility.Of((MdpyType)type.Definition) : null;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(device.Type);

    protected override MdevDriver CreateDriver(KernelModule module) => new MdpyDriver(Context, module, migration);
}
