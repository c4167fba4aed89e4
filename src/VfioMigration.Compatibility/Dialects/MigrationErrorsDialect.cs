using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>migration_errors</c> (proposed 2019 in the debate about errnos, not merged): the last ten refusals of a node, <c>input: reason</c>, oldest first,
/// whichever file was written.
/// </summary>
public sealed class MigrationErrorsDialect : Dialect
{
    private const string AttributeName = "migration_errors";

    private readonly AttributeGroup[] groups;

    public MigrationErrorsDialect()
        : base(AttributeName, "proposed 2019 (Dr. David Alan Gilbert), not merged") =>
        groups = [new AttributeGroup(SysfsAttribute<Kobject>.ReadOnly(AttributeName, Show))];

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [AttributeName];

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node)
    {
        node.RecordsErrors = true;
        return groups;
    }

    private Result<int> Show(Kobject owner, Span<byte> page) =>
        Find(owner) is { } node ? SysfsText.Lines(page, LastThatFit(node.Errors)) : Errno.ENODEV;

    /// <summary>A page may be too small for ten; the last one is the most relevant.</summary>
    private static string LastThatFit(IReadOnlyList<string> errors)
    {
        int room = SysfsAttribute.MaxShown;
        return string.Concat(errors.Reverse().TakeWhile(error => (room -= error.Length + 1) >= 0 || error == errors[^1]).Reverse().Select(error => error + "\n"));
    }
}
