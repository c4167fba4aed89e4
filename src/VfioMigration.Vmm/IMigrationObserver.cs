namespace VfioMigration.Vmm;

/// <summary>
/// Gets the events of a migration, in order, on the thread that runs it. Every call has the time since the migration began; the last call is
/// <see cref="Completed"/> or <see cref="Failed"/>, exactly one of them.
/// </summary>
public interface IMigrationObserver
{
    /// <param name="phase">Begins now.</param>
    /// <param name="elapsed">Since the migration began.</param>
    /// <param name="sentBytes">Bytes sent so far.</param>
    void PhaseBegan(MigrationPhase phase, TimeSpan elapsed, long sentBytes);

    /// <param name="phase">Under way.</param>
    /// <param name="elapsed">Since the migration began.</param>
    /// <param name="round">From 1.</param>
    /// <param name="sentBytes">Bytes sent so far.</param>
    /// <param name="roundBytes">Bytes sent in the round so far.</param>
    /// <param name="expectedBytes">Bytes the round is expected to send.</param>
    void Progressed(MigrationPhase phase, TimeSpan elapsed, int round, long sentBytes, long roundBytes, long expectedBytes);

    void RoundEnded(MigrationPhase phase, TimeSpan elapsed, MigrationRound round);

    /// <summary>A message for the user, which does not end the migration.</summary>
    void Noted(MigrationPhase phase, TimeSpan elapsed, string message);

    /// <summary>The target has the device and its guest.</summary>
    /// <param name="elapsed">Since the migration began.</param>
    /// <param name="downtime">From the guest's stop here until it ran there; null when it was never stopped.</param>
    /// <param name="message">For people.</param>
    void Completed(TimeSpan elapsed, TimeSpan? downtime, string message);

    /// <summary>The source keeps the guest, or it is unknown which side has it: see the message.</summary>
    void Failed(MigrationPhase phase, TimeSpan elapsed, string message);
}
