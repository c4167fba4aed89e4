using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Qat;

/// <summary>The driver's configuration, beside <c>ids</c> (8086:4941).</summary>
/// <param name="MigrationVersion"><c>migration_version</c> (true): report what a function is compatible with.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (1.0).</param>
/// <param name="Algorithms"><c>algorithms</c> (aes-cbc,aes-gcm,sha256): what every function offers at first.</param>
/// <param name="Migration"><c>migration</c> (<c>v2</c>): <c>none</c>, <c>v1</c>, <c>rfc</c> or <c>v2</c>.</param>
internal sealed record QatOptions(bool MigrationVersion, SoftwareVersion SoftwareVersion, AlgorithmSet Algorithms, MigrationPersonality Migration)
{
    internal static QatOptions Read(VendorOptions options) => new(
        options.GetFlag("migration_version", true),
        options.GetSoftwareVersion("1.0"),
        options.GetParsed("algorithms", AlgorithmSet.Default, AlgorithmSet.Expectation, AlgorithmSet.Parse),
        options.GetMigration(MigrationPersonality.V2));
}
