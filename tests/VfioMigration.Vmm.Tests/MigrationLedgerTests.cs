using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests;

public sealed class MigrationLedgerTests
{
    private readonly MigrationLedger ledger = new();
    private readonly Guid id = Guid.NewGuid();

    [Fact]
    public void Find_OfAnUnknownMigration_IsAbandoned() => Assert.Equal(MigrationOutcome.Abandoned, ledger.Find(id));

    [Fact]
    public void Begin_OfAMigration_IsUndecided()
    {
        ledger.TryBegin(id);

        Assert.Equal(MigrationOutcome.Undecided, ledger.Find(id));
    }

    [Fact]
    public void TryTake_AfterAbandon_IsFalseForEver()
    {
        ledger.TryBegin(id);
        Assert.Equal(MigrationOutcome.Abandoned, ledger.Abandon(id));

        Assert.False(ledger.TryTake(id));
        Assert.False(ledger.TryClaim(id));
        Assert.Equal(MigrationOutcome.Abandoned, ledger.Find(id));
    }

    [Fact]
    public void Abandon_AfterTake_IsTaken()
    {
        ledger.TryBegin(id);
        Assert.True(ledger.TryTake(id));

        Assert.Equal(MigrationOutcome.Taken, ledger.Abandon(id));
        Assert.Equal(MigrationOutcome.Taken, ledger.Find(id));
    }

    [Fact]
    public void Abandon_OfAClaim_ChangesNothing()
    {
        ledger.TryBegin(id);
        Assert.True(ledger.TryClaim(id));

        Assert.Equal(MigrationOutcome.Undecided, ledger.Abandon(id));
        Assert.True(ledger.TryTake(id));
        Assert.Equal(MigrationOutcome.Taken, ledger.Abandon(id));
    }

    [Fact]
    public void GiveBack_OfAClaim_IsAbandoned()
    {
        ledger.TryBegin(id);
        ledger.TryClaim(id);
        ledger.GiveBack(id);

        Assert.Equal((MigrationOutcome.Abandoned, false), (ledger.Find(id), ledger.TryTake(id)));
    }

    [Fact]
    public void OldDecisions_AreForgottenButNothingUndecided()
    {
        var decided = Guid.NewGuid();
        ledger.TryTake(decided);
        ledger.TryBegin(id);
        for (int i = 0; i < 5000; i++)
        {
            ledger.TryTake(Guid.NewGuid());
        }

        Assert.Equal((MigrationOutcome.Abandoned, MigrationOutcome.Undecided), (ledger.Find(decided), ledger.Find(id)));
    }

    /// <summary>Anybody who can connect may ask, about whatever he invents.</summary>
    [Fact]
    public void QuestionsAboutUnknownMigrations_PushNoDecisionOut()
    {
        ledger.TryBegin(id);
        ledger.TryTake(id);
        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(MigrationOutcome.Abandoned, ledger.Abandon(Guid.NewGuid()));
        }

        Assert.Equal(MigrationOutcome.Taken, ledger.Abandon(id));
    }

    /// <summary>Else a second migration with the identifier of the first could change what the first one's source is told.</summary>
    [Fact]
    public void TryBegin_OfAKnownMigration_IsFalseAndChangesNothing()
    {
        Assert.True(ledger.TryBegin(id));
        ledger.TryTake(id);

        Assert.False(ledger.TryBegin(id));

        Assert.Equal(MigrationOutcome.Taken, ledger.Find(id));
    }

    [Fact]
    public async Task TakeAndAbandon_AtOnce_AgreeOnOne()
    {
        for (int i = 0; i < 200; i++)
        {
            var each = Guid.NewGuid();
            ledger.TryBegin(each);
            using var start = new Barrier(2);
            Task<bool> take = Background.Run(() => start.SignalAndWait(Background.Patience) && ledger.TryTake(each));
            Task<MigrationOutcome> abandon = Background.Run(() => start.SignalAndWait(Background.Patience) ? ledger.Abandon(each) : default);

            Assert.Equal(await take ? MigrationOutcome.Taken : MigrationOutcome.Abandoned, await abandon);
        }
    }
}
