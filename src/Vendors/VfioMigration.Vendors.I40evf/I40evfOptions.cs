using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.I40evf;

/// <summary>The driver's configuration, beside <c>ids</c> (8086:154c).</summary>
/// <param name="MigrationVersion"><c>migration_version</c> (true): report what a function is compatible with.</param>
/// <param name="SoftwareVersion"><c>software_version</c> (1.0).</param>
/// <param name="IsHybrid"><c>hybrid</c> (false): take the state of a mediated device around such a function (R19).</param>
/// <param name="IsPassthrough"><c>passthrough</c> (false): hold the function and do nothing else (R55).</param>
/// <param name="Migration"><c>migration</c> (<c>v2</c>): <c>none</c>, <c>v1</c>, <c>rfc</c> or <c>v2</c>.</param>
/// <param name="Trap">
/// <c>trap</c>: how a user that maps BAR 0 is made to unmap the doorbells before the function is saved: <c>never</c> (BAR 0 cannot be mapped,
/// default), <c>remap_irq</c> (R50), <c>sparse_mmap_saving</c> (R52).
/// </param>
/// <param name="RemapTimeout"><c>remap_timeout_ms</c> (1000): how long an interrupt of R50 waits for its answer.</param>
internal sealed record I40evfOptions(
    bool MigrationVersion,
    SoftwareVersion SoftwareVersion,
    bool IsHybrid,
    bool IsPassthrough,
    MigrationPersonality Migration,
    DoorbellTrap Trap,
    TimeSpan RemapTimeout)
{
    internal static I40evfOptions Read(VendorOptions options) => new(
        options.GetFlag("migration_version", true),
        options.GetSoftwareVersion("1.0"),
        options.GetFlag("hybrid", false),
        options.GetFlag("passthrough", false),
        options.GetMigration(MigrationPersonality.V2),
        options.GetChoice("trap", "never", "never", "remap_irq", "sparse_mmap_saving") switch
        {
            "remap_irq" => DoorbellTrap.RemapIrq,
            "sparse_mmap_saving" => DoorbellTrap.SparseMmapSaving,
            _ => DoorbellTrap.Always,
        },
        TimeSpan.FromMilliseconds(options.GetNumber("remap_timeout_ms", 1000, 1, 60_000)));
}
