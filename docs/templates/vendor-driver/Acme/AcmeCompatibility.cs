using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace Acme;

internal static class AcmeCompatibility
{
    private static readonly TemplateForm Form = new("acme-{mdev_type:[a-z]+}-{software_version:[0-9]+[.][0-9]+([.][0-9]+)?}");

    private static readonly CompatibilityRule[] Rules =
    [
        new EqualRule("size", FieldNames.MdevType, "size"),
        new VersionRule(),
    ];

    internal static IMigrationCompatibility Of(AcmeType type, SoftwareVersion software)
    {
        var description = new DeviceDescription(
            "acme",
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, type.SysfsName, FieldKind.Identity),
            new DescriptionField(FieldNames.SoftwareVersion, software.ToString(), FieldKind.Version));
        return new RuleBasedCompatibility("acme", Form, Rules, () => description);
    }
}
