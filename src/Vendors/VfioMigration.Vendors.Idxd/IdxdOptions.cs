using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Idxd;

/// <summary>The driver's configuration.</summary>
/// <param name="MigrationVersion"><c>migration_version</c> (true): serve the attribute.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (1.0.0).</param>
/// <param name="Queues"><c>queues</c> (60, up to 1024): dedicated work queues that a function can give away.</param>
/// <param name="Migration"><c>migration</c> (<c>v2</c>): <c>none</c>, <c>v1</c>, <c>rfc</c> or <c>v2</c>.</param>
internal sealed record IdxdOptions(bool MigrationVersion, SoftwareVersion SoftwareVersion, int Queues, MigrationPersonality Migration)
{
    internal static IdxdOptions Read(VendorOptions options) => new(
        options.GetFlag("migration_version", true),
        options.GetSoftwareVersion("1.0.0"),
        options.GetNumber("queues", 60, 2, 1024),
        options.GetMigration(MigrationPersonality.V2));
}
