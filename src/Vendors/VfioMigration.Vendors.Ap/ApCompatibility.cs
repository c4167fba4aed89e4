using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sdk;

namespace VfioMigration.Vendors.Ap;

/// <summary>
/// The requirements document of vfio-ap as a string: <c>vfio_ap-device_api=vfio-ap,mdev_type=passthrough,adapters=05-06,domains=0004+00ab,control_domains=none,software_version=1.0</c>.
/// The same queues and control domains (R32). Never more than "plausible": the cards behind the queues are not visible here.
/// </summary>
internal static class ApCompatibility
{
    private const string Vendor = "vfio_ap";
    private const string Adapters = "adapters";
    private const string Domains = "domains";
    private const string ControlDomains = "control_domains";

    private static readonly KeyValueForm Form = new("vfio_ap-");

    private static readonly CompatibilityRule[] Rules =
    [
        new EqualRule("type", FieldNames.DeviceApi, "type"),
        new EqualRule("mdev-type", FieldNames.MdevType),
        new EqualRule(Adapters, Adapters),
        new EqualRule(Domains, Domains),
        new EqualRule(ControlDomains, ControlDomains, "control domains"),
        new VersionRule(),
    ];

    /// <param name="matrix">The matrix now; a type has the empty one, with which its devices begin.</param>
    /// <param name="software">The driver's version.</param>
    internal static IMigrationCompatibility Of(Func<ApMatrix> matrix, SoftwareVersion software)
    {
        var description = new ConfiguredDescription<ApMatrix>(matrix, now => DescriptionOf(now, software));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description.Describe())
        {
            Accepted = Verdict.Plausible("matrix", "vfio_ap: the matrices are equal; the cards behind the queues are not visible here"),
        };
    }

    private static DeviceDescription DescriptionOf(ApMatrix matrix, SoftwareVersion software) => new(
        Vendor,
        new DescriptionField(FieldNames.DeviceApi, "vfio-ap", FieldKind.Identity),
        new DescriptionField(FieldNames.MdevType, "passthrough", FieldKind.Identity),
        new DescriptionField(Adapters, matrix.Adapters.ToText("x2"), FieldKind.Configuration),
        new DescriptionField(Domains, matrix.Domains.ToText("x4"), FieldKind.Configuration),
        new DescriptionField(ControlDomains, matrix.ControlDomains.ToText("x4"), FieldKind.Configuration),
        new DescriptionField(FieldNames.SoftwareVersion, software.ToString(), FieldKind.Version));
}
