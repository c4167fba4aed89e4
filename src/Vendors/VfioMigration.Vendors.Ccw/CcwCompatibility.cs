using VfioMigration.Buses.Css;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Vendors.Ccw;

/// <summary>
/// The rules of R44: <c>software_version=1.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0</c>. Type, subchannel type
/// and channel path type must be equal, the software version follows semantic versioning, the mask counts only when configured. The
/// answer is never more than "plausible", because the device behind the subchannel is not visible here (R45).
/// </summary>
internal static class CcwCompatibility
{
    private const string Vendor = "vfio-ccw";

    private static readonly KeyValueForm Form = new("", new Dictionary<string, string> { [FieldNames.DeviceApi] = "type" });

    internal static IMigrationCompatibility Of(SubchannelDescription subchannel, SoftwareVersion software, bool checkMask)
    {
        var description = new DeviceDescription(
            Vendor,
            new DescriptionField(FieldNames.SoftwareVersion, software.ToString(), FieldKind.Version),
            new DescriptionField(FieldNames.DeviceApi, "vfio-ccw", FieldKind.Identity),
            new DescriptionField(FieldNames.SubchannelType, $"{subchannel.Type}", FieldKind.Identity),
            new DescriptionField(FieldNames.ChpidType, $"0x{subchannel.ChannelPathType:x2}", FieldKind.Identity),
            new DescriptionField(FieldNames.ChpidMask, $"0x{subchannel.PathMask:x2}", FieldKind.Identity));
        CompatibilityRule[] rules =
        [
            new EqualRule("type", FieldNames.DeviceApi, "type"),
            new EqualRule(FieldNames.SubchannelType, FieldNames.SubchannelType),
            new EqualRule(FieldNames.ChpidType, FieldNames.ChpidType),
            checkMask ? new EqualRule(FieldNames.ChpidMask, FieldNames.ChpidMask) : new IgnoredRule(FieldNames.ChpidMask, FieldNames.ChpidMask),
            new VersionRule(FieldNames.SoftwareVersion),
        ];
        return new RuleBasedCompatibility(Vendor, Form, rules, () => description)
        {
            Accepted = Verdict.Plausible("subchannel", "vfio-ccw: the subchannels match; the device behind them is not visible here"),
        };
    }
}
