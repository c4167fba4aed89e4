using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sdk;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// The rules of the i915 patches of the v5 series. Accepted is the same string, one trailing newline tolerated; a mismatch is EINVAL and
/// explained in the order format, hardware, software version, type. Without a software version everything is ENODEV. The relaxed policy also accepts
/// other functions of the generation, older software, and the same share of a GPU cut otherwise: two quarters are a half.
/// </summary>
internal static class GvtCompatibility
{
    /// <summary>Begins the sentences of the patches.</summary>
    private const string Vendor = "i915";

    private static readonly GvtForm Form = new();

    private static readonly CompatibilityRule[] Strict =
    [
        new EqualRule("hardware", FieldNames.PciId, "graphics hardware"),
        new EqualRule("software-version", FieldNames.SoftwareVersion, "software version"),
        new EqualRule("vgpu-type", FieldNames.MdevType, "vGPU type"),
        new EqualRule("aggregate", FieldNames.Aggregator, "number of instances"),
    ];

    private static readonly string[] SameGeneration = [.. GvtGraphics.Generation9.Select(static device => $"8086-{device:x4}")];

    private static readonly CompatibilityRule[] Relaxed =
    [
        new OneOfRule("hardware", FieldNames.PciId, static _ => SameGeneration, "graphics hardware"),
        new VersionRule(),
        new ShareRule("vgpu-type", GvtType.Shares, GvtType.MaxInstances, "vGPU type"),
    ];

    /// <param name="type">Of the device.</param>
    /// <param name="options">Policy and software version.</param>
    /// <param name="instances">How many instances of the type the device is now.</param>
    internal static IMigrationCompatibility Of(GvtType type, GvtOptions options, Func<int> instances)
    {
        ConfiguredDescription<int>? description = options.SoftwareVersion is { } software
            ? new(instances, now => DescriptionOf(type, software, now))
            : null;
        return new RuleBasedCompatibility(Vendor, Form, options.IsRelaxed ? Relaxed : Strict, () => description?.Describe() is { } now ? now : Errno.ENODEV)
        {
            IsExact = !options.IsRelaxed,
            UnsupportedReason = "this driver has no migration software version",
            Accepted = options.IsRelaxed
                ? Verdict.Compatible("relaxed-policy", "i915: same generation, same share, software not newer")
                : Verdict.Compatible("strict-equality", "i915: the same string"),
        };
    }

    private static DeviceDescription DescriptionOf(GvtType type, uint software, int instances) => new(
        Vendor,
        new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
        new DescriptionField(FieldNames.PciId, type.Graphics.Ids.DashedId, FieldKind.Identity),
        new DescriptionField(FieldNames.MdevType, type.SysfsName, FieldKind.Identity),
        new DescriptionField(FieldNames.SoftwareVersion, GvtForm.VersionOf(software), FieldKind.Version),
        new DescriptionField(FieldNames.Aggregator, $"{instances}", FieldKind.Creation));
}
