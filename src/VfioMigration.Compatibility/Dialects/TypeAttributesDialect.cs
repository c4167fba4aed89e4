using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// The last proposal (9 September 2020, P14, not merged), all under the type: <c>device_api</c>, which is there already, <c>software_version</c>,
/// <c>compatible_type</c>, <c>compatible_</c> and the name of every other field that identifies the hardware, and <c>dynamic_resources</c>, the instance attributes that a duplicate needs.
/// </summary>
public sealed class TypeAttributesDialect() : DescriptionDialect("type_attributes", "proposed 9 September 2020 (Yan Zhao, P14), not merged")
{
    internal const string Prefix = "compatible_";
    internal const string DynamicResources = "dynamic_resources";

    /// <summary>The order is Huck's: the API, what belongs to it, the type, the software.</summary>
    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (!source.Exists(DynamicResources) || !target.Exists(DynamicResources))
        {
            return null;
        }

        if (source.Read(FieldNames.DeviceApi).ToString() != target.Read(FieldNames.DeviceApi).ToString())
        {
            return DialectAnswer.No($"device_api: {source.Read(FieldNames.DeviceApi)} and {target.Read(FieldNames.DeviceApi)}");
        }

        foreach (string name in source.List("").Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (AskedByFile.Lines(source, name) is { Count: > 0 } theirs && AskedByFile.Lines(target, name)?.Contains(theirs[0]) != true)
            {
                return DialectAnswer.No($"{name} does not contain {theirs[0]}");
            }
        }

        (Result<string> from, Result<string> to) = (source.Read(FieldNames.SoftwareVersion), target.Read(FieldNames.SoftwareVersion));
        return from.IsOk && to.IsOk && AskedByFile.Accepts(to.Value, from.Value)
            ? DialectAnswer.Yes("API, hardware, type and software match")
            : DialectAnswer.No($"software_version: {from} and {to}");
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => kind != NodeKind.Type
        ? []
        : [FieldNames.SoftwareVersion, "compatible_type", "compatible_pci_ids", "compatible_subchannel_type", "compatible_chpid_type", DynamicResources];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description)
    {
        if (node.Kind != NodeKind.Type)
        {
            yield break;
        }

        foreach (DescriptionField field in description.Fields)
        {
            switch (field.Kind)
            {
                case FieldKind.Version:
                    yield return (field.Name, (_, now) => now[field.Name] ?? "");
                    break;
                case FieldKind.Identity when field.Name != FieldNames.DeviceApi:
                case FieldKind.Features:
                    string name = NameOf(field.Name);
                    yield return (name, (node, now) => string.Concat(
                        (field.Name == FieldNames.MdevType ? TypesOf(node, name, now) : ValuesOf(node, name, field.Name)).Select(value => value + "\n")));
                    break;
            }
        }

        yield return (DynamicResources, static (_, now) => string.Join(',', now.Fields
            .Where(field => field.Kind is FieldKind.Creation or FieldKind.Configuration)
            .Select(field => field.Name)));
    }

    internal static string NameOf(string field) => Prefix + field switch
    {
        FieldNames.MdevType => "type",
        FieldNames.PciId => "pci_ids",
        _ => field,
    };
}
