using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>The driver's configuration, beside <c>ids</c> (19e5:a251).</summary>
/// <param name="MigrationVersion"><c>migration_version</c> (true): report what a function is compatible with.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (1.0): of the match data and the state.</param>
/// <param name="QueuePairs"><c>qp_num</c> (64, up to 1024): queue pairs the physical function gave to each.</param>
/// <param name="EventQueueDepth"><c>eq_depth</c> (2048, up to 65536): entries of the event queue.</param>
/// <param name="IsIsolated"><c>isolated</c> (false): queues are kept apart (QM_QUE_ISO_CFG).</param>
/// <param name="Migration"><c>migration</c> (<c>v2</c>): <c>none</c>, <c>v1</c>, <c>rfc</c> or <c>v2</c>.</param>
internal sealed record HisiAccOptions(
    bool MigrationVersion,
    SoftwareVersion SoftwareVersion,
    int QueuePairs,
    int EventQueueDepth,
    bool IsIsolated,
    MigrationPersonality Migration)
{
    internal static HisiAccOptions Read(VendorOptions options) => new(
        options.GetFlag("migration_version", true),
        options.GetSoftwareVersion("1.0"),
        options.GetNumber("qp_num", 64, 1, 1024),
        options.GetNumber("eq_depth", 2048, 64, 65_536),
        options.GetFlag("isolated", false),
        options.GetMigration(MigrationPersonality.V2));
}
