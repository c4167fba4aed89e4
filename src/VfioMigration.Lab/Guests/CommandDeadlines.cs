using VfioMigration.Sysfs.Guards;
using VfioMigration.Vmm;

namespace VfioMigration.Lab.Guests;

/// <summary>
/// Within what time a command about a guest or its device answers: the sum of the limits of everything it may have to wait for, and five seconds.
/// The table is explained in <c>docs/migration.md</c>; the limits of a driver's calls are those of <c>docs/architecture.md</c>.
/// </summary>
/// <param name="limits">Of the host's calls into drivers.</param>
public sealed class CommandDeadlines(VendorTimeouts limits)
{
    /// <summary>For everything that has no limit of its own.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Open, reset, make the workload, set the device up, and close it again when that fails.</summary>
    public TimeSpan Start => limits[VendorCall.Probe] + limits[VendorCall.Reset] + (2 * limits[VendorCall.Workload]) + limits[VendorCall.Remove] + Grace;

    /// <summary>The step of the workload under way.</summary>
    public TimeSpan Pause => limits[VendorCall.Workload] + Grace;

    /// <summary>Of a guest that was handed over: its device's two arcs to RUNNING.</summary>
    public TimeSpan Resume => (2 * limits[VendorCall.Step]) + Grace;

    /// <summary>The step under way, then the memory of the guest and of the device.</summary>
    public TimeSpan Verify => (2 * limits[VendorCall.Workload]) + limits[VendorCall.ShadowContents] + Grace;

    /// <summary>A migration's arc or stream under way, two arcs back to RUNNING, reset; the step under way, close, reset.</summary>
    public TimeSpan Stop =>
        ArcOrStream + (2 * limits[VendorCall.Step]) + (2 * limits[VendorCall.Reset]) + limits[VendorCall.Workload] + limits[VendorCall.Remove] + Grace;

    /// <summary>
    /// From the last message that moved, for a migration that does not go on: a message, the connections and the query of the outcome, three arcs
    /// and a reset.
    /// </summary>
    public TimeSpan Migrate =>
        (2 * MigrationLimits.Message) + MigrationLimits.Connect + MigrationLimits.Outcome + ArcOrStream + (2 * limits[VendorCall.Step]) + limits[VendorCall.Reset] + Grace;

    /// <summary>From the moment the last user closed the device. The target of an incoming migration is in use from its first message on.</summary>
    public TimeSpan Remove => limits[VendorCall.Remove] + Grace;

    /// <summary>Of an unused module: its drivers' removes; one that hangs is not called again.</summary>
    public TimeSpan Unload => limits[VendorCall.Remove] + Grace;

    private TimeSpan ArcOrStream => limits[VendorCall.Step] > limits[VendorCall.Stream] ? limits[VendorCall.Step] : limits[VendorCall.Stream];
}
