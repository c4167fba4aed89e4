using VfioMigration.Mdev;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>The <c>vendor/</c> files of a device.</summary>
internal static class MbochsAttributes
{
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(
            "vendor",
            SysfsAttribute<MdevDevice>.ReadOnly("memory", static (device, page) =>
                SysfsText.Line(page, $"{((MbochsType)device.Type.Definition).Megabytes} MB"))),
    ];
}
