using System.Text;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// The <c>migration_version</c> attribute (proposed 2019-2020, series v5, not merged): reading gives the version string, writing the
/// string of a source device succeeds when that device's state would be accepted, and fails with the vendor's errno otherwise. Every
/// refusal leaves its reason, both strings and the rule in the host's kernel log (R10).
/// </summary>
public sealed class MigrationVersionDialect : Dialect
{
    public const string AttributeName = "migration_version";

    private readonly AttributeGroup[] groups;

    public MigrationVersionDialect()
        : base(AttributeName, "proposed 2019-2020 (Yan Zhao, series v3 to v5), not merged") =>
        groups = [new AttributeGroup(SysfsAttribute<Kobject>.ReadWrite(AttributeName, Show, Store))];

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target) => AskedByFile.ByVersion(AttributeName, source, target);

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [AttributeName];

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node) => groups;

    private Result<int> Show(Kobject owner, Span<byte> page) =>
        Find(owner) is { } node ? ShowVersion(node, AttributeName, page) : Errno.ENODEV;

    private Errno Store(Kobject owner, ReadOnlySpan<byte> remote) =>
        Find(owner) is { } node ? node.Judge(AttributeName, remote).Errno : Errno.ENODEV;

    internal static Result<int> ShowVersion(CompatibilityNode node, string attribute, Span<byte> page)
    {
        if (!node.GetVersion(attribute).TryGet(out string text, out Errno error))
        {
            return error;
        }

        int length = Encoding.ASCII.GetBytes(text, page);
        page[length] = (byte)'\n';
        return length + 1;
    }
}
