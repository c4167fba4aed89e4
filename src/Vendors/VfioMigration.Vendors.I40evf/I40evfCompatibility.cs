using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sdk.Functions;

namespace VfioMigration.Vendors.I40evf;

/// <summary>
/// String: <c>i40evf-8086-154c-phys-MAJOR.MINOR</c>, of a function only (R5): there is no type. The rules are those of
/// <see cref="PciFunctionCompatibility"/>, which a wrapper judges by as well.
/// </summary>
internal static class I40evfCompatibility
{
    private const string Vendor = "i40evf";

    /// <summary>Null for a function that is passed through, whose state stays where it is, and for one of another vendor.</summary>
    internal static IMigrationCompatibility? Of(PciDevice function, I40evfOptions options) =>
        options.MigrationVersion && function.DriverData is I40evfDevice
            ? PciFunctionCompatibility.Of(Vendor, function.Ids, isWrapped: false, options.SoftwareVersion, options.IsHybrid)
            : null;
}
