using VfioMigration.Compatibility;
using VfioMigration.Sdk.Functions;

namespace VfioMigration.Vendors.Wrapper;

/// <summary>
/// String: <c>i40evf-8086-154c-mdev-MAJOR.MINOR</c>, beginning with the driver of the function. The rules are those of
/// <see cref="PciFunctionCompatibility"/>, which the function by itself is judged by as well.
/// </summary>
internal static class WrapperCompatibility
{
    internal static IMigrationCompatibility? Of(WrapperType type, WrapperOptions options) =>
        options.MigrationVersion
            ? PciFunctionCompatibility.Of(options.Vendor, type.Function.Ids, isWrapped: true, options.SoftwareVersion, options.IsHybrid)
            : null;
}
