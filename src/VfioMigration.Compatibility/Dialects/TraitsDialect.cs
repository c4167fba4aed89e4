using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>migration-self-traits</c> and <c>migration-compatible-traits</c> (proposed August 2020, P8, not merged): names in capitals, one a line. A
/// source fits when the target's compatible traits contain all of its own.
/// </summary>
public sealed class TraitsDialect() : DescriptionDialect("traits", "proposed August 2020 (P8), not merged")
{
    internal const string Self = "migration-self-traits";
    internal const string Compatible = "migration-compatible-traits";

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (AskedByFile.Lines(source, Self) is not { } own || AskedByFile.Lines(target, Compatible) is not { } accepted)
        {
            return null;
        }

        return own.Except(accepted).FirstOrDefault() is { } missing
            ? DialectAnswer.No($"the target lacks the trait {missing}")
            : DialectAnswer.Yes("the target has all traits of the source");
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [Self, Compatible];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) =>
    [
        (Self, static (_, now) => Text(now.Fields.Select(field => Trait(now.Vendor, field.Name, field.Value)))),
        (Compatible, static (node, _) => Text(node.Alternatives()
            .SelectMany(alternative => alternative.Fields.Select(field => Trait(alternative.Vendor, field.Name, field.Value))))),
    ];

    private static string Text(IEnumerable<string> traits) => string.Concat(traits.Distinct().Order(StringComparer.Ordinal).Select(trait => trait + "\n"));

    private static string Trait(string vendor, string field, string value) =>
        string.Concat($"CUSTOM_{vendor}_{field}_{value}".Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}
