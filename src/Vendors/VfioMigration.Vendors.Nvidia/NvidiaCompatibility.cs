using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>
/// String: <c>nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=593,software_version=17.1</c>. The same type, a card that the table says
/// is as good, and a host driver of the same branch that is not older. How the vGPU was made does not matter.
/// </summary>
internal static class NvidiaCompatibility
{
    private const string Vendor = "nvidia";

    private static readonly KeyValueForm Form = new("nvidia-");

    /// <summary>Whose vGPUs a card takes besides its own (R23): an A10 and an A10G are one chip.</summary>
    private static readonly Dictionary<string, string[]> Table = new()
    {
        ["10de-2236"] = ["10de-2237"],
        ["10de-2237"] = ["10de-2236"],
    };

    private static readonly CompatibilityRule[] Rules =
    [
        new OneOfRule("vendor-device-id", FieldNames.PciId, static id => Table.GetValueOrDefault(id, []), "GPU"),
        new EqualRule("vgpu-type", FieldNames.MdevType, "vGPU type"),
        new VersionRule(),
    ];

    /// <param name="ids">Of the card.</param>
    /// <param name="type">The type now; null while a function has none, which is ENODEV.</param>
    /// <param name="options">Software version.</param>
    internal static IMigrationCompatibility Of(PciIds ids, Func<NvidiaType?> type, NvidiaOptions options)
    {
        Dictionary<int, DeviceDescription> descriptions = NvidiaType.All.ToDictionary(each => each.Id, each => DescriptionOf(ids, each, options));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => type() is { } now ? descriptions[now.Id] : Errno.ENODEV)
        {
            UnsupportedReason = "this function has no vGPU",
            Accepted = Verdict.Compatible("vgpu-type", "nvidia: the same vGPU type, and a driver that can load the state"),
        };
    }

    private static DeviceDescription DescriptionOf(PciIds ids, NvidiaType type, NvidiaOptions options) => new(
        Vendor,
        new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
        new DescriptionField(FieldNames.PciId, ids.DashedId, FieldKind.Identity),
        new DescriptionField(FieldNames.MdevType, type.SysfsName, FieldKind.Identity),
        new DescriptionField(FieldNames.SoftwareVersion, options.SoftwareVersion.ToString(), FieldKind.Version));
}
