using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests;

/// <summary>One guest that goes back and forth a thousand times, two hundred of them with an accident.</summary>
public sealed class MigrationSoakTests
{
    private const int Migrations = 1000;
    private const int AccidentEvery = 5;

    /// <summary>About what a migration sends.</summary>
    private const int TypicalBytes = 2_000_000;

    /// <summary>What a target answers: its preamble, Accepted, Ready, Confirmed.</summary>
    private const int AnswerBytes = SectionStream.PreambleSize + (3 * SectionStream.HeaderSize);

    private static readonly SectionType[] Sections =
        [SectionType.Description, SectionType.Memory, SectionType.DeviceData, SectionType.GuestState, SectionType.End, SectionType.Commit];

    [Theory]
    [InlineData(1)]
    public async Task ThousandMigrations_TwoHundredOfThemCut_NeverRunTwoNorNone(int seed)
    {
        using var lab = new TestLab { TimePerTransfer = TimeSpan.FromMicroseconds(200) };
        var random = new Random(seed);
        lab.First.Start(TestLab.Paced((ulong)seed));
        TestHost here = lab.First;
        int completed = 0;
        for (int i = 0; i < Migrations; i++)
        {
            TestHost there = here == lab.First ? lab.Second : lab.First;
            var attempt = new MigrationAttempt(here, there) { Policy = new MigrationPolicy(1 + (i % 3), TimeSpan.FromMilliseconds(1), 0) };
            MigrationEnd end = await lab.Migrate(i % AccidentEvery == 0 ? WithAccident(attempt, random) : attempt);

            Assert.NotEqual(MigrationResult.InDoubt, end.Result);
            Assert.True(end.Result == MigrationResult.Completed || i % AccidentEvery == 0, $"migration {i}: {end.Message}");
            if (end.Result == MigrationResult.Completed)
            {
                Assert.Equal(GuestStatus.HandedOver, here.Guest!.Status);
                here.Stop();
                here = there;
                completed++;
            }

            lab.AssertRunsOnlyOn(here);
        }

        Assert.Equal(Migrations / AccidentEvery, lab.Accidents);
        Assert.True(here.Guest!.Workload.Steps > Migrations, "the guest hardly ran");
        Assert.InRange(completed, Migrations - lab.Accidents + 1, Migrations - 1);
    }

    private static MigrationAttempt WithAccident(MigrationAttempt attempt, Random random)
    {
        TripKind kind = random.Next(2) == 0 ? TripKind.Cut : TripKind.Reset;
        return random.Next(4) switch
        {
            0 => attempt with { Sent = new Trip(kind, random.Next(TypicalBytes)) },
            1 => attempt with { Sent = new Trip(kind, random.Next(SectionStream.HeaderSize + 1), Sections[random.Next(Sections.Length)]) },
            2 => attempt with { Sent = new Trip(kind, random.Next(SectionStream.HeaderSize + 1), SectionType.Commit) },
            _ => attempt with { Answered = new Trip(kind, random.Next(AnswerBytes + 1)) },
        };
    }
}
