using VfioMigration.Compatibility;
using VfioMigration.Sdk.Devices;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>String: <c>mdpy-1-WIDTHxHEIGHT</c>; only a display of the same size fits.</summary>
internal static class MdpyCompatibility
{
    private static readonly DisplayCompatibility Displays = new("mdpy", "resolution", "[0-9]+x[0-9]+", "resolution");

    internal static IMigrationCompatibility Of(MdpyType type) => Displays.Of(type.SysfsName, $"{type.Width}x{type.Height}");
}
