using VfioMigration.Buses.Css;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Mdev;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Ccw;

/// <summary>The fields that decide about compatibility, one per file, in <c>ccw/</c> of a device (R44).</summary>
internal static class CcwAttributes
{
    internal static IReadOnlyList<AttributeGroup> For(SoftwareVersion software) =>
    [
        new AttributeGroup(
            "ccw",
            SysfsAttribute<MdevDevice>.ReadOnly("software_version", (_, page) => SysfsText.Line(page, software.ToString())),
            Field("subchannel_type", static description => $"{description.Type}"),
            Field("chpid_type", static description => $"0x{description.ChannelPathType:x2}"),
            Field("chpid_mask", static description => $"0x{description.PathMask:x2}")),
    ];

    private static SysfsAttribute<MdevDevice> Field(string name, Func<SubchannelDescription, string> value) =>
        SysfsAttribute<MdevDevice>.ReadOnly(name, (device, page) => SysfsText.Line(page, value(CcwMdevDriver.DescriptionOf(device))));
}
