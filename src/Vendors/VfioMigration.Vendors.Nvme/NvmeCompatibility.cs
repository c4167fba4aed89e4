using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Functions;

namespace VfioMigration.Vendors.Nvme;

/// <summary>
/// String: <c>nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=URL,software_version=1.0</c>. Equal ids prove nothing: what
/// decides is where the data is (R23, R42).
/// </summary>
internal static class NvmeCompatibility
{
    private const string Vendor = "nvme";
    private const string StoreMegabytes = "store_mb";

    private static readonly KeyValueForm Form = new("nvme-");

    private static readonly CompatibilityRule[] Rules =
    [
        new EqualRule("vendor-device-id", FieldNames.PciId, "function"),
        new EqualRule("store", StoreMegabytes, "store size (MB)"),
        new EqualRule("remote-url", FieldNames.RemoteUrl),
        new VersionRule(),
    ];

    internal static IMigrationCompatibility Of(NvmeDevice device, NvmeOptions options)
    {
        var description = new ConfiguredDescription<RemoteUrl>(() => device.RemoteUrl, url => DescriptionOf(device, options, url));
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description.Describe())
        {
            Accepted = Verdict.Compatible("remote-url", "nvme: the same remote store, and software that can load the state"),
        };
    }

    private static DeviceDescription DescriptionOf(NvmeDevice device, NvmeOptions options, RemoteUrl url) => PciFunctionCompatibility.Describe(
        Vendor,
        device.Ids.DashedId,
        options.SoftwareVersion,
        new DescriptionField(StoreMegabytes, $"{options.StoreMegabytes}", FieldKind.Identity),
        new DescriptionField(FieldNames.RemoteUrl, url.Text, FieldKind.Configuration));
}
