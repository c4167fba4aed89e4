using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>compatible_type</c> and <c>compatible_pci_ids</c> of a type, <c>compatible_aggregator</c> of a device (proposed September 2020 with a search algorithm for
/// OpenStack, P13, not merged). One value a line.
/// </summary>
public sealed class CompatibleTypeDialect() : DescriptionDialect("compatible_type", "proposed September 2020 (P13), not merged")
{
    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (source.Exists(TypeAttributesDialect.DynamicResources) || target.Exists(TypeAttributesDialect.DynamicResources))
        {
            return null;
        }

        bool compared = false;
        foreach (string name in FilesOn(source.IsType ? NodeKind.Type : NodeKind.MdevDevice))
        {
            if (AskedByFile.Lines(source, name) is not { } theirs || AskedByFile.Lines(target, name) is not { } ours)
            {
                return null;
            }

            // The first value of a list is the node's own.
            if (theirs.Count > 0 && !ours.Contains(theirs[0]))
            {
                return DialectAnswer.No($"{name} does not contain {theirs[0]}");
            }

            compared |= theirs.Count > 0;
        }

        return compared ? new DialectAnswer(VerdictKind.Plausible, "the lists contain the source's; versions were not compared") : null;
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) =>
        kind == NodeKind.Type ? ["compatible_type", "compatible_pci_ids"] : ["compatible_aggregator"];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) =>
        node.Kind == NodeKind.Type
            ? [("compatible_type", static (node, now) => Lined(TypesOf(node, "compatible_type", now))), File("compatible_pci_ids", FieldNames.PciId)]
            : [File("compatible_aggregator", FieldNames.Aggregator)];

    private static (string Name, Lines Text) File(string name, string field) =>
        (name, (node, _) => Lined(ValuesOf(node, name, field)));

    private static string Lined(IEnumerable<string> values) => string.Concat(values.Select(static value => value + "\n"));
}
