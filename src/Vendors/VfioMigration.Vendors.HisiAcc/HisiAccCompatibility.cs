using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sdk.Functions;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>
/// String: <c>hisi_acc-device_api=vfio-pci,pci_id=19e5-a251,qp_num=64,eq_depth=2048,isolation=0,software_version=1.0</c>. The match data of a
/// stream is judged by the same rules, so that the string and the stream agree.
/// </summary>
internal static class HisiAccCompatibility
{
    private const string Vendor = "hisi_acc";
    private const string QueuePairs = "qp_num";
    private const string EventQueueDepth = "eq_depth";
    private const string Isolation = "isolation";

    private static readonly KeyValueForm Form = new("hisi_acc-");

    private static readonly CompatibilityRule[] Rules =
    [
        new EqualRule("vendor-device-id", FieldNames.PciId, "function"),
        new EqualRule(QueuePairs, QueuePairs, "number of queue pairs"),
        new EqualRule(EventQueueDepth, EventQueueDepth, "depth of the event queue"),
        new EqualRule(Isolation, Isolation, "isolation state"),
        new VersionRule(),
    ];

    internal static RuleBasedCompatibility Of(HisiAccMatchData match)
    {
        DeviceDescription description = Describe(match);
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description)
        {
            Accepted = Verdict.Compatible("match-data", "hisi_acc: equal match data, and software that can load the state"),
        };
    }

    /// <summary>The function that match data is of.</summary>
    internal static DeviceDescription Describe(HisiAccMatchData match) => PciFunctionCompatibility.Describe(
        Vendor,
        $"{match.Vendor:x4}-{match.Device:x4}",
        match.Software,
        new DescriptionField(QueuePairs, $"{match.QueuePairs}", FieldKind.Identity),
        new DescriptionField(EventQueueDepth, $"{match.EventQueueDepth}", FieldKind.Identity),
        new DescriptionField(Isolation, match.IsIsolated ? "1" : "0", FieldKind.Identity));
}
