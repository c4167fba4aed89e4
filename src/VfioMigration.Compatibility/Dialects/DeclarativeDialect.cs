using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// One file per field, named like it (proposed July 2020, R37 to R44, not merged): software_version, device_api, mdev_type, pci_id,
/// subchannel_type, ... User space compares them. What the kernel shows already (device_api of a type, the link mdev_type of a device) stays as it is.
/// </summary>
public sealed class DeclarativeDialect() : DescriptionDialect("declarative", "proposed July 2020 (Cornelia Huck, Sean Mooney, Yan Zhao), not merged")
{
    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target) =>
        IsServed(source) && IsServed(target) ? AskedByFile.ByFields(Fields(source), Fields(target)) : null;

    /// <summary>A type's <c>software_version</c> may be that of <see cref="TypeAttributesDialect"/>; here only identity fields that no other dialect uses.</summary>
    private static bool IsServed(INodeFiles node) =>
        node.Exists(FieldNames.SoftwareVersion)
        && (!node.IsType || node.Exists(FieldNames.MdevType) || node.Exists(FieldNames.PciId) || node.Exists(FieldNames.SubchannelType));

    /// <summary>Well-known names, and those that no other vendor has: user space knows which attributes a vendor documents.</summary>
    private static Dictionary<string, string> Fields(INodeFiles node)
    {
        string[] names =
        [
            FieldNames.SoftwareVersion, FieldNames.PciId, FieldNames.Aggregator, FieldNames.RemoteUrl, FieldNames.SubchannelType, FieldNames.ChpidType,
        ];
        Dictionary<string, string> fields = names.Where(node.Exists).ToDictionary(static name => name, name => node.Read(name).TryGet(out string value) ? value : "");
        fields[FieldNames.MdevType] = node.TypeName ?? "";
        return fields;
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [AnyField];

    /// <summary>The link <c>mdev_type</c> of a device is made after the driver has bound it, so its name must be left free.</summary>
    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) =>
        description.Fields
            .Where(field => node.Kind != NodeKind.MdevDevice || field.Name != FieldNames.MdevType)
            .Select(field => (field.Name, (Lines)((node, now) =>
                now[field.Name] is not { } value ? ""
                : field.Name == FieldNames.MdevType ? DirectoryOf(node, now, value)
                : value)));
}
