using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Functions;

namespace VfioMigration.Vendors.Qat;

/// <summary>
/// String: <c>qat-device_api=vfio-pci,pci_id=8086-4941,algorithms=aes-cbc%2Csha256,software_version=1.0</c>. Algorithms cannot be put in order
/// by a version: the target offers all that the source does (P1, feature sets).
/// </summary>
internal static class QatCompatibility
{
    private const string Vendor = "qat";
    private const string Algorithms = "algorithms";

    private static readonly KeyValueForm Form = new("qat-");

    private static readonly CompatibilityRule[] Rules =
    [
        new EqualRule("vendor-device-id", FieldNames.PciId, "function"),
        new SupersetRule(Algorithms, Algorithms, "algorithms"),
        new VersionRule(),
    ];

    internal static RuleBasedCompatibility Of(QatDevice device)
    {
        var description = new ConfiguredDescription<AlgorithmSet>(() => device.Algorithms, algorithms => Describe(device, algorithms));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description.Describe())
        {
            Accepted = Verdict.Compatible(Algorithms, "qat: all of the source's algorithms, and software that can load the state"),
        };
    }

    /// <summary>Such a function with a given set.</summary>
    internal static DeviceDescription Describe(QatDevice device, AlgorithmSet algorithms) => PciFunctionCompatibility.Describe(
        Vendor,
        device.Ids.DashedId,
        device.Software,
        new DescriptionField(Algorithms, algorithms.Text, FieldKind.Features));
}
