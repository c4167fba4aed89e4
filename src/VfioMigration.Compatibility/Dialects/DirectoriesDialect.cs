using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Sysfs;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>migration/self/</c> and <c>migration/compatible/</c> (proposed August 2020, P7, not merged): a file per field; in <c>compatible/</c> all values that may
/// come in, one a line. A value that fits only together with another one cannot be told apart here.
/// </summary>
public sealed class DirectoriesDialect() : DescriptionDialect("migration_directories", "proposed August 2020 (Yan Zhao, P7), not merged")
{
    private const string Directory = "migration";

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        IReadOnlyList<string> fields = source.List($"{Directory}/self");
        if (fields.Count == 0 || target.List($"{Directory}/compatible").Count == 0)
        {
            return null;
        }

        foreach (string field in fields.Order(StringComparer.Ordinal))
        {
            if (!source.Read($"{Directory}/self/{field}").TryGet(out string value)
                || !target.Read($"{Directory}/compatible/{field}").TryGet(out string accepted)
                || !accepted.Split('\n').Contains(value))
            {
                return DialectAnswer.No($"migration/compatible/{field} does not contain the source's");
            }
        }

        return DialectAnswer.Yes("every value of migration/self is in migration/compatible");
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [Directory];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) => [];

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node) => !node.Describe().TryGet(out DeviceDescription description)
        ? []
        :
        [
            new AttributeGroup($"{Directory}/self", [.. description.Fields.Select(field => Attribute(node, field.Name, (_, now) => now[field.Name] ?? ""))]),
            new AttributeGroup(
                $"{Directory}/compatible",
                [.. description.Fields.Select(field => Attribute(
                    node,
                    field.Name,
                    (owner, _) => string.Concat(ValuesOf(owner, Name, field.Name).Select(value => value + "\n"))))]),
        ];
}
