using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>String: <c>mdpy-1-WIDTHxHEIGHT</c>; only a display of the same size fits.</summary>
internal static class MdpyCompatibility
{
    private const string Vendor = "mdpy";
    private const string Resolution = "resolution";

    private static readonly TemplateForm Form = new("mdpy-1-{resolution:[0-9]+x[0-9]+}");
    private static readonly CompatibilityRule[] Rules = [new EqualRule(Resolution, Resolution, "resolution")];

    internal static IMigrationCompatibility Of(MdpyType type)
    {
        var description = new DeviceDescription(
            Vendor,
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, type.SysfsName, FieldKind.Identity),
            new DescriptionField(FieldNames.SoftwareVersion, "1.0", FieldKind.Version),
            new DescriptionField(Resolution, $"{type.Width}x{type.Height}", FieldKind.Identity));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description)
        {
            Accepted = Verdict.Compatible("resolution", "mdpy: the same resolution"),
        };
    }
}
