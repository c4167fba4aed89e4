using VfioMigration.Compatibility.Judging;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>vfio_migration_type</c> and <c>vfio_migration_version</c> of devices (proposed 2020, R24, not merged): a first match that user space may compare, the
/// mdev type or <c>vfio-pci:$ALIAS</c>, and the opaque string.
/// </summary>
public sealed class VfioMigrationDialect : Dialect
{
    private const string TypeName = "vfio_migration_type";
    private const string VersionName = "vfio_migration_version";

    private readonly AttributeGroup[] groups;

    public VfioMigrationDialect()
        : base("vfio_migration", "proposed 2020 (Alex Williamson), not merged") => groups =
    [
        new AttributeGroup(
            SysfsAttribute<Kobject>.ReadOnly(TypeName, (owner, page) => Find(owner) is { } node ? SysfsText.Line(page, node.TypeName) : Errno.ENODEV),
            SysfsAttribute<Kobject>.ReadWrite(
                VersionName,
                (owner, page) => Find(owner) is { } node ? MigrationVersionDialect.ShowVersion(node, VersionName, page) : Errno.ENODEV,
                (owner, remote) => Find(owner) is { } node ? node.Judge(VersionName, remote).Errno : Errno.ENODEV)),
    ];

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (!source.Read(TypeName).TryGet(out string theirs) || !target.Read(TypeName).TryGet(out string ours))
        {
            return null;
        }

        return theirs == ours ? AskedByFile.ByVersion(VersionName, source, target) : DialectAnswer.No($"{TypeName}: {theirs} and {ours}");
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => kind == NodeKind.Type ? [] : [TypeName, VersionName];

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node) => node.Kind == NodeKind.Type ? [] : groups;
}
