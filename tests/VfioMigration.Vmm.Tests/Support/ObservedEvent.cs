namespace VfioMigration.Vmm.Tests.Support;

/// <summary>One call of an observer; what it does not say is null.</summary>
internal sealed record ObservedEvent(
    ObservedKind Event,
    TimeSpan Elapsed,
    MigrationPhase? Phase = null,
    MigrationRound? Round = null,
    long? SentBytes = null,
    long? RoundBytes = null,
    long? ExpectedBytes = null,
    TimeSpan? Downtime = null,
    string? Message = null);
