using VfioMigration.Compatibility;
using VfioMigration.Sdk.Devices;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>String: <c>mbochs-1-MEGABYTES</c>; only a display with the same memory fits.</summary>
internal static class MbochsCompatibility
{
    private static readonly DisplayCompatibility Displays = new("mbochs", "memory_mb", "[0-9]+", "memory in megabytes");

    internal static IMigrationCompatibility Of(MbochsType type) => Displays.Of(type.SysfsName, $"{type.Megabytes}");
}
