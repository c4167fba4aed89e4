using System.Globalization;

using VfioMigration.Sdk;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Gvt;

/// <summary>The driver's configuration.</summary>
/// <param name="MigrationVersion"><c>migration_version</c> (true): serve the attribute.</param>
/// <param name="SoftwareVersion">
/// <c>software_version</c> (1): the number in the version string; <c>undefined</c> gives the series as posted, in which every access
/// ends with ENODEV.
/// </param>
/// <param name="IsRelaxed">
/// <c>policy</c> (<c>strict</c>): <c>relaxed</c> accepts functions of the same generation and older software.
/// </param>
/// <param name="LowMegabytes"><c>low_gm_mb</c> (512): mappable graphics memory that guests may share.</param>
/// <param name="HighMegabytes"><c>high_gm_mb</c> (3072): hidden graphics memory that guests may share.</param>
/// <param name="Fences"><c>fences</c> (32): fence registers that guests may share.</param>
/// <param name="IsAggregating"><c>aggregation</c> (false): devices of several instances, as the series of 2019-2020 proposed.</param>
/// <param name="Migration"><c>migration</c> (<c>v2</c>): <c>none</c>, <c>v1</c>, <c>rfc</c> or <c>v2</c>.</param>
internal sealed record GvtOptions(
    bool MigrationVersion,
    uint? SoftwareVersion,
    bool IsRelaxed,
    int LowMegabytes,
    int HighMegabytes,
    int Fences,
    bool IsAggregating,
    MigrationPersonality Migration)
{
    private const string Undefined = "undefined";

    internal static GvtOptions Read(VendorOptions options)
    {
        string text = options.GetText("software_version", "1");
        bool isNumber = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number <= int.MaxValue;
        if (!isNumber && text != Undefined)
        {
            options.Reject("software_version", $"'{text}' is neither a number below 2^31 nor '{Undefined}'");
        }

        return new GvtOptions(
            options.GetFlag("migration_version", true),
            isNumber ? number : null,
            options.GetChoice("policy", "strict", "strict", "relaxed") == "relaxed",
            options.GetNumber("low_gm_mb", 512, 64, 1 << 20),
            options.GetNumber("high_gm_mb", 3072, 384, 1 << 20),
            options.GetNumber("fences", 32, 4, 1024),
            options.GetFlag("aggregation", false),
            options.GetMigration(MigrationPersonality.V2));
    }
}
