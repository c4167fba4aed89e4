using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>The driver's configuration.</summary>
/// <param name="Ids"><c>ids</c> (10de:2236, an A10): functions that are driven.</param>
/// <param name="HasMdevs">
/// <c>personality</c> (<c>mdev</c>): how vGPUs are made. <c>vf</c> is the way of vGPU 17 and newer on Linux 6.8 and newer, files of each virtual
/// function.
/// </param>
/// <param name="MigrationVersion"><c>migration_version</c> (true): report what a vGPU is compatible with.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (17.1): of the vGPU manager on the host.</param>
/// <param name="Migration"><c>migration</c> (<c>v2</c>): <c>none</c>, <c>v1</c>, <c>rfc</c> or <c>v2</c>.</param>
internal sealed record NvidiaOptions(
    IReadOnlyList<(ushort Vendor, ushort Device)> Ids,
    bool HasMdevs,
    bool MigrationVersion,
    SoftwareVersion SoftwareVersion,
    MigrationPersonality Migration)
{
    internal static NvidiaOptions Read(VendorOptions options) => new(
        options.GetPciIds("ids", "10de:2236"),
        options.GetChoice("personality", "mdev", "mdev", "vf") == "mdev",
        options.GetFlag("migration_version", true),
        options.GetSoftwareVersion("17.1"),
        options.GetMigration(MigrationPersonality.V2));
}
