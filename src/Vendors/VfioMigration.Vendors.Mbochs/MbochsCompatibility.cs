using VfioMigration.Compatibility;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>String: <c>mbochs-1-MEGABYTES</c>; only a display with the same memory fits.</summary>
internal static class MbochsCompatibility
{
    internal static IMigrationCompatibility Of(MbochsType type) => new StrictEquality("mbochs", $"mbochs-1-{type.Megabytes}");
}
