using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Sdk.Functions;

/// <summary>
/// What a whole function is compatible with, used by itself or wrapped 1:1 into a mediated device (R18, R19). String:
/// <c>DRIVER-vvvv-dddd-phys-MAJOR.MINOR</c>, <c>mdev</c> instead of <c>phys</c> for a wrapped one. Both are of one vendor, so that one judges
/// the other.
/// </summary>
public static class PciFunctionCompatibility
{
    private const string Kind = "kind";
    private const string Physical = "phys";
    private const string Wrapped = "mdev";

    /// <param name="vendor">The driver that knows the function; begins every string and every reason. Letters, digits and underscores.</param>
    /// <param name="ids">Of the function.</param>
    /// <param name="isWrapped">True for a mediated device around the function.</param>
    /// <param name="software">The version of the state.</param>
    /// <param name="isHybrid">True to take the state of the other kind, too; else only phys to phys and mdev to mdev.</param>
    public static IMigrationCompatibility Of(string vendor, PciIds ids, bool isWrapped, SoftwareVersion software, bool isHybrid)
    {
        var form = new TemplateForm(
            vendor + "-{pci_id:[0-9a-f]{4}-[0-9a-f]{4}}-{kind:phys|mdev}-{software_version:[0-9]+[.][0-9]+([.][0-9]+)?}");
        CompatibilityRule[] rules =
        [
            new EqualRule("vendor-device-id", FieldNames.PciId, "function"),
            isHybrid ? new OneOfRule(Kind, Kind, static _ => [Physical, Wrapped], "a function used as") : new EqualRule(Kind, Kind, "a function used as"),
            new VersionRule(),
        ];
        DeviceDescription description = Describe(vendor, ids.DashedId, software, new DescriptionField(Kind, isWrapped ? Wrapped : Physical, FieldKind.Identity));
        return new RuleBasedCompatibility(vendor, form, rules, () => description)
        {
            Accepted = Verdict.Compatible("software-version", $"{vendor}: the same function, and software that can load the state"),
        };
    }

    /// <summary>A function as every driver describes one: its interface and ids, what the driver knows of it, the version of the state.</summary>
    /// <param name="vendor">The driver's name.</param>
    /// <param name="id"><c>vvvv-dddd</c>.</param>
    /// <param name="software">The version of the state.</param>
    /// <param name="own">In the driver's order.</param>
    public static DeviceDescription Describe(string vendor, string id, SoftwareVersion software, params IReadOnlyList<DescriptionField> own) => new(
        vendor,
        [
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.PciId, id, FieldKind.Identity),
            .. own,
            new DescriptionField(FieldNames.SoftwareVersion, software.ToString(), FieldKind.Version),
        ]);
}
