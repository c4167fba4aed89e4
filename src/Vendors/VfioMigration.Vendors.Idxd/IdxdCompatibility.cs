using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sdk;

namespace VfioMigration.Vendors.Idxd;

/// <summary>
/// String: <c>dsa-pci_id=8086-0b25,mdev_type=dsa-1dwq,aggregator=30,software_version=1.0.0</c> behind device_api. Thirty queues of one are as large as fifteen pairs, but a
/// guest sees another number of queues, so type and number must be equal each: how the thread of September 2020 ended (P14).
/// </summary>
internal static class IdxdCompatibility
{
    private const string Vendor = "dsa";

    private static readonly KeyValueForm Form = new("dsa-");

    private static readonly CompatibilityRule[] Rules =
    [
        new EqualRule("vendor-device-id", FieldNames.PciId, "accelerator"),
        new EqualRule("mdev-type", FieldNames.MdevType, "type"),
        new EqualRule(FieldNames.Aggregator, FieldNames.Aggregator, "number of instances"),
        new VersionRule(),
    ];

    internal static IMigrationCompatibility Of(IdxdType type, IdxdOptions options, Func<int> instances)
    {
        var description = new ConfiguredDescription<int>(instances, now => new DeviceDescription(
            Vendor,
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.PciId, type.Function.Ids.DashedId, FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, $"dsa-{type.SysfsName}", FieldKind.Identity),
            new DescriptionField(FieldNames.Aggregator, $"{now}", FieldKind.Creation),
            new DescriptionField(FieldNames.SoftwareVersion, options.SoftwareVersion.ToString(), FieldKind.Version)));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description.Describe())
        {
            Accepted = Verdict.Compatible("queues", "dsa: the same queues, and software that can load the state"),
        };
    }
}
