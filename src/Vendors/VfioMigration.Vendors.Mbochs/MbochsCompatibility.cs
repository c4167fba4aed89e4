using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>String: <c>mbochs-1-MEGABYTES</c>; only a display with the same memory fits.</summary>
internal static class MbochsCompatibility
{
    private const string Vendor = "mbochs";
    private const string Memory = "memory_mb";

    private static readonly TemplateForm Form = new("mbochs-1-{memory_mb:[0-9]+}");
    private static readonly CompatibilityRule[] Rules = [new EqualRule(Memory, Memory, "memory in megabytes")];

    internal static IMigrationCompatibility Of(MbochsType type)
    {
        var description = new DeviceDescription(
            Vendor,
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, type.SysfsName, FieldKind.Identity),
            new DescriptionField(FieldNames.SoftwareVersion, "1.0", FieldKind.Version),
            new DescriptionField(Memory, $"{type.Megabytes}", FieldKind.Identity));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description)
        {
            Accepted = Verdict.Compatible("memory-mb", "mbochs: the same memory in megabytes"),
        };
    }
}
