using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Nvme;

/// <summary>The driver's configuration, beside <c>ids</c> (1b36:0010).</summary>
/// <param name="MigrationVersion"><c>migration_version</c> (true): report what a function is compatible with.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (1.0).</param>
/// <param name="StoreMegabytes"><c>store_mb</c> (8, up to 1024): size of the local store.</param>
/// <param name="RemoteUrl"><c>remote_url</c> (empty): where the data of every function is at first; empty for the local store.</param>
/// <param name="Migration"><c>migration</c> (<c>v2</c>): <c>none</c>, <c>v1</c>, <c>rfc</c> or <c>v2</c>.</param>
internal sealed record NvmeOptions(
    bool MigrationVersion,
    SoftwareVersion SoftwareVersion,
    int StoreMegabytes,
    RemoteUrl RemoteUrl,
    MigrationPersonality Migration)
{
    internal static NvmeOptions Read(VendorOptions options) => new(
        options.GetFlag("migration_version", true),
        options.GetSoftwareVersion("1.0"),
        options.GetNumber("store_mb", 8, 1, 1024),
        options.GetParsed("remote_url", RemoteUrl.None, RemoteUrl.Expectation, RemoteUrl.Parse),
        options.GetMigration(MigrationPersonality.V2));
}
