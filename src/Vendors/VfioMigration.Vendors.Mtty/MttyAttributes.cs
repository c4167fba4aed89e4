using VfioMigration.Mdev;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Mtty;

/// <summary>The <c>vendor/</c> files of a device.</summary>
internal static class MttyAttributes
{
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(
            "vendor",
            SysfsAttribute<MdevDevice>.ReadOnly("sample_mdev_dev", static (device, page) => SysfsText.Line(page, $"This is MDEV {device.Name}"))),
    ];
}
