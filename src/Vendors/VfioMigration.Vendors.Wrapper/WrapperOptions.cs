using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;

namespace VfioMigration.Vendors.Wrapper;

/// <summary>The driver's configuration.</summary>
/// <param name="Ids"><c>ids</c> (8086:154c): functions that are wrapped.</param>
/// <param name="Vendor"><c>vendor</c> (i40evf): the driver of the functions; begins the version strings.</param>
/// <param name="MigrationVersion"><c>migration_version</c> (true): report what a device is compatible with.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (1.0): that of the vendor's operations.</param>
/// <param name="IsHybrid"><c>hybrid</c> (false): take the state of a function that is not wrapped (R19).</param>
internal sealed record WrapperOptions(
    IReadOnlyList<(ushort Vendor, ushort Device)> Ids,
    string Vendor,
    bool MigrationVersion,
    SoftwareVersion SoftwareVersion,
    bool IsHybrid)
{
    internal static WrapperOptions Read(VendorOptions options)
    {
        string vendor = options.GetText("vendor", "i40evf");
        if (vendor.Length == 0 || !vendor.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            options.Reject("vendor", $"'{vendor}' is not made of letters, digits and underscores");
            vendor = "i40evf";
        }

        return new WrapperOptions(
            options.GetPciIds("ids", "8086:154c"),
            vendor,
            options.GetFlag("migration_version", true),
            options.GetSoftwareVersion("1.0"),
            options.GetFlag("hybrid", false));
    }
}
