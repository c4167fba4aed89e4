using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests.Source;

public sealed class MigrationProgressTests
{
    private readonly TestClock clock = new();
    private readonly List<ObservedEvent> events = [];
    private readonly MigrationProgress progress;

    public MigrationProgressTests() => progress = new MigrationProgress(clock, new EventRecorder(events.Add));

    [Fact]
    public void Round_TellsItsPagesBytesAndRate()
    {
        progress.Begin(MigrationPhase.PreCopy, 100);
        progress.BeginRound(100, 5000);
        clock.Advance(TimeSpan.FromSeconds(2));
        progress.EndRound(4100, 7, 3);

        Assert.Equal(
            [
                new ObservedEvent(ObservedKind.Phase, TimeSpan.Zero, MigrationPhase.PreCopy, SentBytes: 100),
                new ObservedEvent(ObservedKind.Round, TimeSpan.FromSeconds(2), MigrationPhase.PreCopy, new MigrationRound(1, 7, 3, 4100, 4000, 2000)),
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
        Assert.Equal((2, null), (events[^1].Round!.Number, events[^1].Round!.BytesPerSecond));
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
        Assert.All(events, happened => Assert.Equal((ObservedKind.Progress, 16 << 20), (happened.Event, happened.ExpectedBytes)));
    }

    [Fact]
    public void Done_TellsTheDowntime()
    {
        progress.Stopped();
        clock.Advance(TimeSpan.FromSeconds(0.25));
        progress.Done("well", MigrationPolicy.Default, 0, guestRan: true);

        Assert.Equal(new ObservedEvent(ObservedKind.Done, TimeSpan.FromSeconds(0.25), Downtime: TimeSpan.FromSeconds(0.25), Message: "well"), Assert.Single(events));
    }

    [Theory]
    [InlineData(0.25, 300, 0, true, "well")]
    [InlineData(0.25, 100, 0, false, "well")]
    [InlineData(0.25, 100, 0, true, "well; the requested downtime of 100.0 ms was exceeded")]
    [InlineData(2, 3000, 1 << 20, true, "well")]
    [InlineData(2, 3000, 1 << 19, true, "well; sent at 1 MiB/s on average, above the limit of 0.5 MiB/s, which does not apply while the guest is stopped")]
    public void Done_TellsWhatWasNotMet(double seconds, int downtime, long bandwidth, bool guestRan, string expected)
    {
        progress.Stopped();
        clock.Advance(TimeSpan.FromSeconds(seconds));
        progress.Done("well", new MigrationPolicy(1, TimeSpan.FromMilliseconds(downtime), bandwidth), 2 << 20, guestRan);

        Assert.Equal(expected, Assert.Single(events).Message);
    }

    [Fact]
    public void Fail_TellsThePhaseAndTheReason()
    {
        progress.Begin(MigrationPhase.StopCopy, 0);
        progress.Fail("because");

        Assert.Equal(new ObservedEvent(ObservedKind.Failed, TimeSpan.Zero, MigrationPhase.StopCopy, Message: "because"), events[^1]);
    }
}
