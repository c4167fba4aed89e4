using System.Diagnostics;
using VfioMigration.Control;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>Turns what a source reports into the events of the control protocol.</summary>
internal sealed class MigrationEventAdapter(Action<MigrationEvent> receiver) : IMigrationObserver
{
    /// <summary>The message of the last event that had one.</summary>
    internal string? LastMessage { get; private set; }

    public void PhaseBegan(MigrationPhase phase, TimeSpan elapsed, long sentBytes) =>
        receiver(new MigrationEvent(MigrationEventNames.Phase, elapsed.TotalSeconds, NameOf(phase), Bytes: sentBytes));

    public void Progressed(MigrationPhase phase, TimeSpan elapsed, int round, long sentBytes, long roundBytes, long expectedBytes) =>
        receiver(new MigrationEvent(
            MigrationEventNames.Progress, elapsed.TotalSeconds, NameOf(phase), round, Bytes: sentBytes, RoundBytes: roundBytes, TotalBytes: expectedBytes));

    public void RoundEnded(MigrationPhase phase, TimeSpan elapsed, MigrationRound round) =>
        receiver(new MigrationEvent(
            MigrationEventNames.Round,
            elapsed.TotalSeconds,
            NameOf(phase),
            round.Number,
            round.Pages,
            round.DirtyPages,
            round.SentBytes,
            round.RoundBytes,
            BytesPerSecond: round.BytesPerSecond));

    public void Noted(MigrationPhase phase, TimeSpan elapsed, string message) =>
        Publish(new MigrationEvent(MigrationEventNames.Progress, elapsed.TotalSeconds, NameOf(phase), Message: message));

    public void Completed(TimeSpan elapsed, TimeSpan? downtime, string message) =>
        Publish(new MigrationEvent(MigrationEventNames.Done, elapsed.TotalSeconds, DowntimeSeconds: downtime?.TotalSeconds, Message: message));

    public void Failed(MigrationPhase phase, TimeSpan elapsed, string message) =>
        Publish(new MigrationEvent(MigrationEventNames.Failed, elapsed.TotalSeconds, NameOf(phase), Message: message));

    internal static string NameOf(MigrationPhase phase) => phase switch
    {
        MigrationPhase.Check => MigrationPhaseNames.Check,
        MigrationPhase.PreCopy => MigrationPhaseNames.PreCopy,
        MigrationPhase.StopCopy => MigrationPhaseNames.StopCopy,
        MigrationPhase.Resume => MigrationPhaseNames.Resume,
        MigrationPhase.Switchover => MigrationPhaseNames.Switchover,
        _ => throw new UnreachableException($"unknown phase {phase}"),
    };

    private void Publish(MigrationEvent happened)
    {
        LastMessage = happened.Message;
        receiver(happened);
    }
}
