namespace VfioMigration.Vmm;

/// <summary>When pre-copy ends, and how fast it may go.</summary>
/// <param name="MaxRounds">After that many rounds the guest is stopped whatever is left; at least 1.</param>
/// <param name="DowntimeTarget">The guest is stopped as soon as what is left is expected to take no longer.</param>
/// <param name="BytesPerSecond">0 for no limit. The rest after the stop is not limited.</param>
public sealed record MigrationPolicy(int MaxRounds, TimeSpan DowntimeTarget, long BytesPerSecond)
{
    public static MigrationPolicy Default { get; } = new(30, TimeSpan.FromMilliseconds(300), 0);
}
