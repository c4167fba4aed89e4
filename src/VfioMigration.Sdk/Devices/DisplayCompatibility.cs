using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Sdk.Devices;

/// <summary>What a virtual display is compatible with, of which one property decides. String: <c>DRIVER-1-VALUE</c>.</summary>
/// <param name="vendor">The driver; begins every string and every reason.</param>
/// <param name="field">The property.</param>
/// <param name="pattern">Of its values, a regular expression.</param>
/// <param name="name">The property as a person says it.</param>
public sealed class DisplayCompatibility(string vendor, string field, string pattern, string name)
{
    private readonly TemplateForm form = new($"{vendor}-1-{{{field}:{pattern}}}");
    private readonly CompatibilityRule[] rules = [new EqualRule(field, field, name)];

    /// <param name="type">The mdev type, without the driver's name.</param>
    /// <param name="value">Of the property.</param>
    public IMigrationCompatibility Of(string type, string value)
    {
        var description = new DeviceDescription(
            vendor,
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, type, FieldKind.Identity),
            new DescriptionField(FieldNames.SoftwareVersion, "1.0", FieldKind.Version),
            new DescriptionField(field, value, FieldKind.Identity));
        return new RuleBasedCompatibility(vendor, form, rules, () => description)
        {
            Accepted = Verdict.Compatible(field.Replace('_', '-'), $"{vendor}: the same {name}"),
        };
    }
}
