using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Compatibility.Tests.Support;

/// <summary>An imaginary vendor whose devices use every kind of field and of rule.</summary>
internal static class Cards
{
    internal const string Vendor = "acme";
    internal const string Features = "features";
    internal const string Serial = "serial";

    internal static readonly Dictionary<string, (string Base, int Part, int Of)> Shares = new()
    {
        ["Card_1"] = ("Card", 1, 1),
        ["Card_2"] = ("Card", 1, 2),
        ["Card_4"] = ("Card", 1, 4),
        ["Card_8"] = ("Card", 1, 8),
        ["Card_3"] = ("Card", 1, 3),
        ["Disk_2"] = ("Disk", 1, 2),
    };

    internal static readonly CompatibilityRule[] Rules =
    [
        new EqualRule("api", FieldNames.DeviceApi),
        new OneOfRule("hardware", FieldNames.PciId, static _ => ["1af4-0001", "1af4-0002"]),
        new VersionRule(),
        new ShareRule("share", Shares, 8),
        new SupersetRule("features", Features, "features"),
        new IgnoredRule("serial", Serial),
    ];

    internal static readonly KeyValueForm Form = new("acme-");

    internal static DeviceDescription Describe(
        string type = "Card_4", int instances = 1, string version = "1.2", string id = "1af4-0001", string features = "aes", string serial = "7") => new(
        Vendor,
        new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
        new DescriptionField(FieldNames.PciId, id, FieldKind.Identity),
        new DescriptionField(FieldNames.MdevType, type, FieldKind.Identity),
        new DescriptionField(FieldNames.SoftwareVersion, version, FieldKind.Version),
        new DescriptionField(FieldNames.Aggregator, $"{instances}", FieldKind.Creation),
        new DescriptionField(Features, features, FieldKind.Features),
        new DescriptionField(Serial, serial, FieldKind.Configuration));

    internal static RuleBasedCompatibility Of(DeviceDescription description) => new(Vendor, Form, Rules, () => description);

    /// <summary>A description with these fields alone.</summary>
    internal static DeviceDescription With(params (string Name, string Value)[] fields) =>
        new(Vendor, [.. fields.Select(field => new DescriptionField(field.Name, field.Value, FieldKind.Identity))]);
}
