namespace VfioMigration.Vmm.Tests.Support;

/// <summary>Makes a value of every call.</summary>
internal sealed class EventRecorder(Action<ObservedEvent> receiver) : IMigrationObserver
{
    public void PhaseBegan(MigrationPhase phase, TimeSpan elapsed, long sentBytes) =>
        receiver(new ObservedEvent(ObservedKind.Phase, elapsed, phase, SentBytes: sentBytes));

    public void Progressed(MigrationPhase phase, TimeSpan elapsed, int round, long sentBytes, long roundBytes, long expectedBytes) =>
        receiver(new ObservedEvent(ObservedKind.Progress, elapsed, phase, SentBytes: sentBytes, RoundBytes: roundBytes, ExpectedBytes: expectedBytes));

    public void RoundEnded(MigrationPhase phase, TimeSpan elapsed, MigrationRound round) =>
        receiver(new ObservedEvent(ObservedKind.Round, elapsed, phase, round));

    public void Noted(MigrationPhase phase, TimeSpan elapsed, string message) =>
        receiver(new ObservedEvent(ObservedKind.Note, elapsed, phase, Message: message));

    public void Completed(TimeSpan elapsed, TimeSpan? downtime, string message) =>
        receiver(new ObservedEvent(ObservedKind.Done, elapsed, Downtime: downtime, Message: message));

    public void Failed(MigrationPhase phase, TimeSpan elapsed, string message) =>
        receiver(new ObservedEvent(ObservedKind.Failed, elapsed, phase, Message: message));
}
