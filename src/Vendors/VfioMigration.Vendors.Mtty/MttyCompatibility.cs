using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// String: <c>mtty-MAJOR.MINOR[.BUGFIX]-ports=N</c>. The state of a card with the same number of ports is accepted when the major is equal
/// and the source's minor is not newer.
/// </summary>
internal static class MttyCompatibility
{
    private const string Vendor = "mtty";
    private const string Ports = "ports";

    private static readonly TemplateForm Form = new("mtty-{software_version:[0-9]+[.][0-9]+([.][0-9]+)?}-ports={ports:[0-9]+}");
    private static readonly CompatibilityRule[] Rules = [new EqualRule(Ports, Ports, "number of ports"), new VersionRule()];

    internal static IMigrationCompatibility Of(MttyType type, SoftwareVersion software)
    {
        var description = new DeviceDescription(
            Vendor,
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, type.SysfsName, FieldKind.Identity),
            new DescriptionField(FieldNames.SoftwareVersion, software.ToString(), FieldKind.Version),
            new DescriptionField(Ports, $"{type.Ports}", FieldKind.Identity));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description)
        {
            Accepted = Verdict.Compatible("software-version", "mtty: the same number of ports, and software that can load the state"),
        };
    }
}
