using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;

namespace VfioMigration.Vendors.Ap;

/// <summary>The driver's configuration. Sets are decimal numbers and ranges, such as <c>0,4-7</c>, or <c>none</c>.</summary>
/// <param name="MigrationVersion"><c>migration_version</c> (true): report what a matrix is compatible with.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (1.0).</param>
/// <param name="Present">
/// <c>adapters</c> (0-15), <c>domains</c> (0-15), <c>control_domains</c> (0-15): what this machine has; of anything else that is assigned a guest
/// sees nothing.
/// </param>
/// <param name="Reserved">
/// <c>apmask</c> (0), <c>aqmask</c> (0-255): queues of these adapters and domains belong to the host's own drivers (<c>/sys/bus/ap</c>).
/// </param>
internal sealed record ApOptions(bool MigrationVersion, SoftwareVersion SoftwareVersion, ApMatrix Present, ApMatrix Reserved)
{
    internal static ApOptions Read(VendorOptions options) => new(
        options.GetFlag("migration_version", true),
        options.GetSoftwareVersion("1.0"),
        new ApMatrix(ReadMask(options, "adapters", "0-15"), ReadMask(options, "domains", "0-15"), ReadMask(options, "control_domains", "0-15")),
        new ApMatrix(ReadMask(options, "apmask", "0"), ReadMask(options, "aqmask", "0-255"), default));

    private static ApMask ReadMask(VendorOptions options, string name, string defaultValue)
    {
        string text = options.GetText(name, defaultValue);
        if (ApMask.Parse(text) is { } mask)
        {
            return mask;
        }

        options.Reject(name, $"'{text}' is neither 'none' nor numbers and ranges from 0 to {ApMask.Count - 1}");
        return default;
    }
}
