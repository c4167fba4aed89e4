namespace VfioMigration.Integration.Tests.Guests;

/// <summary>How a migration between two QEMUs ended.</summary>
/// <param name="Source">The status on the source: <c>completed</c>, <c>failed</c> or <c>cancelled</c>; <c>refused</c> when it did not begin.</param>
/// <param name="Target">The status on the target: <c>completed</c>, <c>failed</c>, or <c>ended</c> when QEMU exited, which it does when it cannot load a guest; <c>none</c> when the source did not reach it.</param>
/// <param name="Downtime">What the source says the guest stood; null when it did not complete.</param>
/// <param name="Duration">From the command to the end; null when it did not complete.</param>
/// <param name="Error">error-desc of query-migrate on the source, or the answer to a refused command; null for none.</param>
internal sealed record GuestMigrationOutcome(string Source, string Target, TimeSpan? Downtime, TimeSpan? Duration, string? Error)
{
    internal bool IsCompleted => Source == "completed" && Target == "completed";
}
