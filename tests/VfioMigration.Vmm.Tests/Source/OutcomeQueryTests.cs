using VfioMigration.Uapi;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Source;

public sealed class OutcomeQueryTests : IDisposable
{
    private readonly TestLab lab = new();
    private readonly Guid id = Guid.NewGuid();

    [Fact]
    public void Ask_OfATargetThatTookIt_IsTaken()
    {
        lab.Second.Taken.TryTake(id);

        Assert.Equal(MigrationOutcome.Taken, Ask(new TestPeer(lab.First, lab.Second)));
    }

    [Fact]
    public void Ask_OfATargetThatDidNot_MakesItAbandonForEver()
    {
        lab.Second.Taken.TryBegin(id);

        Assert.Equal(MigrationOutcome.Abandoned, Ask(new TestPeer(lab.First, lab.Second)));
        Assert.False(lab.Second.Taken.TryTake(id));
    }

    [Theory]
    [InlineData(Errno.ECONNREFUSED, MigrationOutcome.Abandoned, 0)]
    [InlineData(Errno.ENOENT, MigrationOutcome.Abandoned, 0)]
    [InlineData(Errno.ENOTCONN, MigrationOutcome.Undecided, 0)]
    [InlineData(Errno.ETIMEDOUT, MigrationOutcome.Undecided, 30)]
    public void Ask_WithoutConnection_IsJudgedByTheErrno(Errno error, MigrationOutcome expected, int seconds)
    {
        Assert.Equal(expected, Ask(new TestPeer(lab.First, lab.Second) { Refusal = error }));
        Assert.Equal(TimeSpan.FromSeconds(seconds), lab.Clock.Elapsed);
    }

    [Fact]
    public void Ask_OfATargetThatIsAboutToTakeIt_IsRepeated()
    {
        lab.Second.Taken.TryBegin(id);
        lab.Second.Taken.TryClaim(id);

        Assert.Equal(MigrationOutcome.Undecided, Ask(new TestPeer(lab.First, lab.Second)));
        Assert.True(lab.Second.Taken.TryTake(id));
    }

    [Theory]
    [InlineData(TripKind.Cut)]
    [InlineData(TripKind.Reset)]
    public void Ask_WhoseAnswerIsLost_IsRepeated(TripKind kind)
    {
        lab.Second.Taken.TryTake(id);

        Assert.Equal(MigrationOutcome.Taken, Ask(new TestPeer(lab.First, lab.Second, answered: new Trip(kind, 20))));
    }

    [Fact]
    public void AskOnce_OfTheSource_DecidesNothing()
    {
        lab.First.Given.TryBegin(id);

        Assert.Equal(MigrationOutcome.Undecided, OutcomeQuery.SendOnce(new TestPeer(lab.Second, lab.First).Connect(default).Value, id, toTarget: false, lab.Clock, default));
        Assert.True(lab.First.Given.TryTake(id));
        Assert.Equal(MigrationOutcome.Taken, OutcomeQuery.SendOnce(new TestPeer(lab.Second, lab.First).Connect(default).Value, id, toTarget: false, lab.Clock, default));
    }

    [Fact]
    public void AskOnce_OfSomebodyWhoAnswersSomethingElse_IsNull()
    {
        (DuplexStream near, DuplexStream far) = DuplexStream.Pair();
        new SectionStream(far).Send(SectionType.Outcome, [1, 2]);

        Assert.Null(OutcomeQuery.SendOnce(near, id, toTarget: true, lab.Clock, default));
    }

    public void Dispose() => lab.Dispose();

    private MigrationOutcome Ask(TestPeer peer) => OutcomeQuery.Send(peer, id, lab.Clock, default);
}
