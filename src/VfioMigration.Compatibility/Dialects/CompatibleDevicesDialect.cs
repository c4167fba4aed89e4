using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>migration_compatible_devices</c> of a type (proposed 2020, R30, not merged): pairs of lines <c>parent id: 8086 591d</c> and
/// <c>mdev_type: i915-GVTg_V5_8</c>. A hint: the list may be incomplete, and reading and writing the version string is still the test.
/// </summary>
public sealed class CompatibleDevicesDialect() : DescriptionDialect(AttributeName, "proposed 2020 (Yan Zhao), not merged")
{
    private const string AttributeName = "migration_compatible_devices";

    /// <summary>A list that may be incomplete proves nothing when it does not name the source.</summary>
    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (AskedByFile.Lines(source, AttributeName) is not { Count: > 0 } own || AskedByFile.Lines(target, AttributeName) is not { } listed)
        {
            return null;
        }

        // The first entry of a list is the node itself.
        int size = own[0].StartsWith("parent id", StringComparison.Ordinal) ? 2 : 1;
        string[] entries = [.. listed.Chunk(size).Select(static entry => string.Join('\n', entry))];
        return entries.Contains(string.Join('\n', own.Take(size)))
            ? new DialectAnswer(VerdictKind.Plausible, "the target's list names the source; a hint, not a proof")
            : DialectAnswer.No("the target's list, which may be incomplete, does not name the source");
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => kind == NodeKind.Type ? [AttributeName] : [];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) =>
        node.Kind == NodeKind.Type ? [(AttributeName, List)] : [];

    private static Uapi.Result<string> List(CompatibilityNode node, DeviceDescription description) => string.Concat(node.Alternatives()
        .DefaultIfEmpty(description)
        .Select(alternative => (alternative[FieldNames.PciId] is { } id ? $"parent id: {id.Replace('-', ' ')}\n" : "")
            + $"mdev_type: {(alternative[FieldNames.MdevType] is { } type ? DirectoryOf(node, description, type) : node.TypeName)}\n")
        .Distinct());
}
