using VfioMigration.Control;
using VfioMigration.Daemon.Migration;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Tests.Migration;

public sealed class MigrationEventAdapterTests
{
    private readonly List<MigrationEvent> events = [];
    private readonly MigrationEventAdapter adapter;

    public MigrationEventAdapterTests() => adapter = new MigrationEventAdapter(events.Add);

    [Fact]
    public void EveryPhase_HasANameOfItsOwn() => Assert.Equal(
        [MigrationPhaseNames.Check, MigrationPhaseNames.PreCopy, MigrationPhaseNames.StopCopy, MigrationPhaseNames.Resume, MigrationPhaseNames.Switchover],
        Enum.GetValues<MigrationPhase>().Select(MigrationEventAdapter.NameOf));

    [Fact]
    public void Calls_BecomeTheEventsOfTheProtocol()
    {
        var second = TimeSpan.FromSeconds(1);
        adapter.PhaseBegan(MigrationPhase.PreCopy, TimeSpan.Zero, 100);
        adapter.Progressed(MigrationPhase.PreCopy, second, 1, 200, 100, 5000);
        adapter.RoundEnded(MigrationPhase.PreCopy, second, new MigrationRound(1, 7, 3, 4100, 4000, 2000));
        adapter.Noted(MigrationPhase.Switchover, second, "asking");
        adapter.Completed(second, TimeSpan.FromSeconds(0.25), "well");
        adapter.Failed(MigrationPhase.StopCopy, second, "because");

        Assert.Equal(
            [
                new MigrationEvent("phase", 0, "pre-copy", Bytes: 100),
                new MigrationEvent("progress", 1, "pre-copy", 1, Bytes: 200, RoundBytes: 100, TotalBytes: 5000),
                new MigrationEvent("round", 1, "pre-copy", 1, 7, 3, 4100, 4000, BytesPerSecond: 2000),
                new MigrationEvent("progress", 1, "switchover", Message: "asking"),
                new MigrationEvent("done", 1, DowntimeSeconds: 0.25, Message: "well"),
                new MigrationEvent("failed", 1, "stop-copy", Message: "because"),
            ],
            events);
        Assert.Equal("because", adapter.LastMessage);
    }
}
