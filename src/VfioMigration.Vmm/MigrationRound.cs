namespace VfioMigration.Vmm;

/// <summary>One round of sending, when it has ended.</summary>
/// <param name="Number">From 1; the last one, with the guest stopped, included.</param>
/// <param name="Pages">Pages sent in the round.</param>
/// <param name="DirtyPages">Pages that changed during the round.</param>
/// <param name="SentBytes">Bytes sent since the migration began.</param>
/// <param name="RoundBytes">Bytes sent in the round.</param>
/// <param name="BytesPerSecond">In the round; null when it took no time.</param>
public sealed record MigrationRound(int Number, long Pages, long DirtyPages, long SentBytes, long RoundBytes, double? BytesPerSecond);
