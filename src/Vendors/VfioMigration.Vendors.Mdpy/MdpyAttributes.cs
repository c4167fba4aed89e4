using VfioMigration.Mdev;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>The <c>vendor/</c> files of a device.</summary>
internal static class MdpyAttributes
{
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(
            "vendor",
            SysfsAttribute<MdevDevice>.ReadOnly("resolution", static (device, page) =>
            {
                var display = (MdpyType)device.Type.Definition;
                return SysfsText.Line(page, $"{display.Width}x{display.Height}");
            })),
    ];
}
