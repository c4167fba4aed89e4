using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// Fields under prefixed names (proposed August 2020, P12, not merged): <c>vfio-pci.pci_id</c> for what the API defines, <c>i915.aggregator</c> for what the
/// vendor defines, and <c>migration_attributes</c>, which lists them so that user space need not guess.
/// </summary>
public sealed class PrefixedDialect() : DescriptionDialect("prefixed", "proposed August 2020 (Cornelia Huck, P12), not merged")
{
    internal const string Discovery = "migration_attributes";

    private static readonly HashSet<string> OfTheApi =
        [FieldNames.DeviceApi, FieldNames.PciId, FieldNames.SubchannelType, FieldNames.ChpidType, FieldNames.ChpidMask];

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target) =>
        AskedByFile.Lines(source, Discovery) is { } theirs && AskedByFile.Lines(target, Discovery) is { } ours
            ? AskedByFile.ByFields(Fields(source, theirs), Fields(target, ours))
            : null;

    private static Dictionary<string, string> Fields(INodeFiles node, IReadOnlyList<string> names) => names.ToDictionary(
        static name => name.EndsWith("." + FieldNames.SoftwareVersion, StringComparison.Ordinal) ? FieldNames.SoftwareVersion : name,
        name => node.Read(name).TryGet(out string value) ? value : "");

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [Discovery];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) =>
        description.Fields.Select(field => (NameOf(description, field), (Lines)((_, now) => now[field.Name] ?? "")))
            .Append((Discovery, static (_, now) => string.Concat(now.Fields.Select(field => NameOf(now, field) + "\n"))));

    private static string NameOf(DeviceDescription description, DescriptionField field) =>
        OfTheApi.Contains(field.Name) ? $"{description[FieldNames.DeviceApi]}.{field.Name}" : $"{description.Vendor}.{field.Name}";
}
