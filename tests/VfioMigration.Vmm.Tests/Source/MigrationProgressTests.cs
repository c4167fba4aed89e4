using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests.Source;

public sealed class MigrationProgressTests
{
    private readonly TestClock clock = new();
    private readonly List<MigrationEvent> events = [];
    private readonly MigrationProgress progress;

    public MigrationProgressTests() => progress = new MigrationProgress(clock, events.Add);

    [Fact]
    public void Round_TellsItsPagesBytesAndRate()
    {
        progress.Begin("pre-copy", 100);
        progress.BeginRound(100, 5000);
        clock.Advance(TimeSpan.FromSeconds(2));
        progress.EndRound(4100, 7, 3);

        Assert.Equal(
            [
                new MigrationEvent("phase", 0, "pre-copy", Bytes: 100),
                new MigrationEvent("round", 2, "pre-copy", 1, 7, 3, 4100, 4000, BytesPerSecond: 2000),
            ],
            events);
        Assert.Equal(2000, progress.Rate);
    }

    [Fact]
    public void RoundWithoutBytesOrTime_KeepsTheRate()
    {
        progress.BeginRound(0, 0);
        clock.Advance(TimeSpan.FromSeconds(1));
        progress.EndRound(500, 0, 0);
        progress.BeginRound(500, 0);
        progress.EndRound(900, 0, 0);

        Assert.Equal(500, progress.Rate);
        Assert.Equal((2, null), (events[^1].Round, events[^1].BytesPerSecond));
    }

    [Fact]
    public void Sent_IsReportedEveryFourMegabytes()
    {
        progress.BeginRound(0, 16 << 20);
        for (long bytes = 1 << 20; bytes <= 10 << 20; bytes += 1 << 20)
        {
            progress.Sent(bytes);
        }

        Assert.Equal([4 << 20, 8 << 20], events.Select(happened => happened.RoundBytes!.Value));
        Assert.All(events, happened => Assert.Equal(("progress", 16 << 20), (happened.Event, happened.TotalBytes)));
    }

    [Fact]
    public void Done_TellsTheDowntime()
    {
        progress.Stopped();
        clock.Advance(TimeSpan.FromSeconds(0.25));
        progress.Done("well");

        Assert.Equal(new MigrationEvent("done", 0.25, DowntimeSeconds: 0.25, Message: "well"), Assert.Single(events));
    }

    [Fact]
    public void Fail_TellsThePhaseAndTheReason()
    {
        progress.Begin("stop-copy", 0);
        progress.Fail("because");

        Assert.Equal(new MigrationEvent("failed", 0, "stop-copy", Message: "because"), events[^1]);
    }
}
