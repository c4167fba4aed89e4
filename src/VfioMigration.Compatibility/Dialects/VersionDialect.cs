using VfioMigration.Compatibility.Judging;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// The <c>version</c> attribute of a type (proposed May 2019, series v2, not merged). The errnos are fixed: ENODEV, devices of the type are never migrated;
/// EINVAL, not from this source.
/// </summary>
public sealed class VersionDialect : Dialect
{
    private const string AttributeName = "version";

    private readonly AttributeGroup[] groups;

    public VersionDialect()
        : base(AttributeName, "proposed May 2019 (Yan Zhao, series v2), not merged") =>
        groups = [new AttributeGroup(SysfsAttribute<Kobject>.ReadWrite(AttributeName, Show, Store))];

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target) => AskedByFile.ByVersion(AttributeName, source, target);

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => kind == NodeKind.Type ? [AttributeName] : [];

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node) => node.Kind == NodeKind.Type ? groups : [];

    private Result<int> Show(Kobject owner, Span<byte> page)
    {
        Result<int> shown = Find(owner) is { } node ? MigrationVersionDialect.ShowVersion(node, AttributeName, page) : Errno.ENODEV;
        return shown.IsOk ? shown : Errno.ENODEV;
    }

    private Errno Store(Kobject owner, ReadOnlySpan<byte> remote)
    {
        if (Find(owner) is not { } node || !node.GetVersion(AttributeName).IsOk)
        {
            return Errno.ENODEV;
        }

        return node.Judge(AttributeName, remote).IsAccepted ? Errno.None : Errno.EINVAL;
    }
}
