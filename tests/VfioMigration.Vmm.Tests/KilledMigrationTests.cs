using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests;

/// <summary>Whole migrations in which one of the two processes is killed.</summary>
public sealed class KilledMigrationTests
{
    /// <summary>What a target answers: its preamble, Accepted, Ready, Confirmed.</summary>
    private const int AnswerBytes = SectionStream.PreambleSize + (3 * SectionStream.HeaderSize);

    [Theory]
    [InlineData(SectionType.Description, 7)]
    [InlineData(SectionType.Memory, 0)]
    [InlineData(SectionType.DeviceData, 100)]
    [InlineData(SectionType.GuestState, 30)]
    [InlineData(SectionType.End, 0)]
    [InlineData(SectionType.End, 28)]
    public async Task SourceKilled_BeforeEverythingWasSent_DoesNotRunAtTheTarget(SectionType section, int at)
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy());

        await lab.Migrate(new MigrationAttempt(lab.First, lab.Second) { Sent = new Trip(TripKind.Kill, at, section) });

        Assert.False(lab.Second.Runs);
        Assert.False(lab.Second.Device.IsOpen);
    }

    [Theory]
    [InlineData(SectionType.End, 29)]
    [InlineData(SectionType.Commit, 0)]
    [InlineData(SectionType.Commit, 13)]
    [InlineData(SectionType.Commit, 20)]
    public async Task SourceKilled_AfterEverythingWasSent_RunsAtTheTarget(SectionType section, int at)
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy());

        await lab.Migrate(new MigrationAttempt(lab.First, lab.Second) { Sent = new Trip(TripKind.Kill, at, section) });

        lab.AssertRunsOnlyOn(lab.Second);
    }

    [Theory]
    [InlineData(SectionType.Ready, 0)]
    [InlineData(SectionType.Ready, 20)]
    [InlineData(SectionType.Confirmed, 0)]
    [InlineData(SectionType.Confirmed, 20)]
    public async Task SourceKilled_WhileItWaits_RunsAtTheTarget(SectionType section, int at)
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy());

        await lab.Migrate(new MigrationAttempt(lab.First, lab.Second) { Answered = new Trip(TripKind.KillOther, at, section) });

        Assert.True(lab.First.IsDead);
        lab.AssertRunsOnlyOn(lab.Second);
    }

    [Fact]
    public async Task TargetKilled_AtAnyByteOfItsAnswers_RunsAtTheSource()
    {
        for (int at = 0; at < AnswerBytes; at++)
        {
            using var lab = new TestLab();
            lab.First.Start(TestLab.Busy((ulong)at));

            MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second) { Answered = new Trip(TripKind.Kill, at) });

            Assert.Equal(MigrationResult.Failed, end.Result);
            lab.AssertRunsOnlyOn(lab.First);
        }
    }

    [Theory]
    [InlineData(SectionType.Memory, 40)]
    [InlineData(SectionType.DeviceData, 0)]
    [InlineData(SectionType.End, 29)]
    [InlineData(SectionType.Commit, 0)]
    public async Task TargetKilled_WhileTheSourceSends_RunsAtTheSource(SectionType section, int at)
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy());

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second) { Sent = new Trip(TripKind.KillOther, at, section) });

        Assert.Equal(MigrationResult.Failed, end.Result);
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Fact]
    public async Task EitherKilled_AtARandomByte_NeverRunsTwiceNorGetsLostAfterEverythingWasSent()
    {
        var random = new Random(7);
        for (int i = 0; i < 30; i++)
        {
            using var lab = new TestLab();
            lab.First.Start(TestLab.Busy((ulong)i));
            int at = random.Next(1_500_000);
            TripKind kind = i % 2 == 0 ? TripKind.Kill : TripKind.KillOther;

            MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second) { Sent = new Trip(kind, at) });

            Assert.Equal(1, lab.Accidents);
            if (kind == TripKind.KillOther)
            {
                Assert.Equal(MigrationResult.Failed, end.Result);
                lab.AssertRunsOnlyOn(lab.First);
            }
            else if (lab.Second.Guest is not null)
            {
                lab.AssertRunsOnlyOn(lab.Second);
            }
            else
            {
                Assert.False(lab.Second.Device.IsOpen);
            }
        }
    }
}
