namespace VfioMigration.Control;

/// <summary>An event of a migration, as the daemon reports it; what does not apply is null.</summary>
/// <param name="Event">One of <see cref="MigrationEventNames"/>.</param>
/// <param name="Seconds">Since the migration began.</param>
/// <param name="Phase">One of <see cref="MigrationPhaseNames"/>.</param>
/// <param name="Round">From 1; the last one, with the guest stopped, included.</param>
/// <param name="Pages">Pages sent in the round.</param>
/// <param name="DirtyPages">Pages that changed during the round.</param>
/// <param name="Bytes">Bytes sent so far.</param>
/// <param name="RoundBytes">Bytes sent in the round.</param>
/// <param name="TotalBytes">Bytes the round is expected to send.</param>
/// <param name="BytesPerSecond">In the round.</param>
/// <param name="DowntimeSeconds">From the guest's stop here until it ran there.</param>
/// <param name="Message">For people.</param>
public sealed record MigrationEvent(
    string Event,
    double Seconds,
    string? Phase = null,
    int? Round = null,
    long? Pages = null,
    long? DirtyPages = null,
    long? Bytes = null,
    long? RoundBytes = null,
    long? TotalBytes = null,
    double? BytesPerSecond = null,
    double? DowntimeSeconds = null,
    string? Message = null);
