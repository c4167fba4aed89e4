using VfioMigration.Vmm;

namespace VfioMigration.Lab.Guests;

/// <summary>
/// Within what time a command about a guest or its device answers: the sum of the limits of everything it may have to wait for, and five seconds.
/// The table is explained in <c>docs/migration.md</c>; the limits of a driver's calls are those of <c>docs/architecture.md</c>.
/// </summary>
public static class CommandDeadlines
{
    /// <summary>For everything that has no limit of its own.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Of a driver's probe, remove, arc or stream.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>Of a driver's reset, open, close, size, region, interrupt, workload or shadow.</summary>
    private static readonly TimeSpan Call = TimeSpan.FromSeconds(5);

    /// <summary>Open, reset, make the workload, set the device up, and close it again when that fails.</summary>
    public static TimeSpan Start { get; } = (5 * Call) + Grace;

    /// <summary>The step of the workload under way.</summary>
    public static TimeSpan Pause { get; } = Call + Grace;

    /// <summary>Of a guest that was handed over: its device's two arcs to RUNNING.</summary>
    public static TimeSpan Resume { get; } = (2 * Step) + Grace;

    /// <summary>The step under way, then the memory of the guest and of the device.</summary>
    public static TimeSpan Verify { get; } = (3 * Call) + Grace;

    /// <summary>A migration's arc or stream under way, two arcs back to RUNNING, reset; the step under way, close, reset.</summary>
    public static TimeSpan Stop { get; } = (3 * Step) + (4 * Call) + Grace;

    /// <summary>
    /// From the last message that moved, for a migration that does not go on: a message, the connections and the query of the outcome, three arcs
    /// and a reset.
    /// </summary>
    public static TimeSpan Migrate { get; } =
        (2 * MigrationLimits.Message) + MigrationLimits.Connect + MigrationLimits.Outcome + (3 * Step) + Call + Grace;

    /// <summary>From the moment the last user closed the device. The target of an incoming migration is in use from its first message on.</summary>
    public static TimeSpan Remove { get; } = Step + Grace;

    /// <summary>Of an unused module: its drivers' removes; one that hangs is not called again.</summary>
    public static TimeSpan Unload { get; } = Step + Grace;
}
