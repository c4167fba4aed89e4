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
        ledger.Begin(id);

        Assert.Equal(MigrationOutcome.Undecided, ledger.Find(id));
    }

    [Fact]
    public void TryTake_AfterAbandon_IsFalseForEver()
    {
        ledger.Begin(id);
        Assert.Equal(MigrationOutcome.Abandoned, ledger.Abandon(id));

        Assert.False(ledger.TryTake(id));
        Assert.False(ledger.TryClaim(id));
        Assert.Equal(MigrationOutcome.Abandoned, ledger.Find(id));
    }

    [Fact]
    public void Abandon_AfterTake_IsTaken()
    {
        ledger.Begin(id);
        Assert.True(ledger.TryTake(id));

        Assert.Equal(MigrationOutcome.Taken, ledger.Abandon(id));
        Assert.Equal(MigrationOutcome.Taken, ledger.Find(id));
    }

    [Fact]
    public void Abandon_OfAClaim_ChangesNothing()
    {
        ledger.Begin(id);
        Assert.True(ledger.TryClaim(id));

        Assert.Equal(MigrationOutcome.Undecided, ledger.Abandon(id));
        Assert.True(ledger.TryTake(id));
        Assert.Equal(MigrationOutcome.Taken, ledger.Abandon(id));
    }

    [Fact]
    public void GiveBack_OfAClaim_IsAbandoned()
    {
        ledger.Begin(id);
        ledger.TryClaim(id);
        ledger.GiveBack(id);

        Assert.Equal((MigrationOutcome.Abandoned, false), (ledger.Find(id), ledger.TryTake(id)));
    }

    [Fact]
    public void OldDecisions_AreForgottenButNothingUndecided()
    {
        var decided = Guid.NewGuid();
        ledger.TryTake(decided);
        ledger.Begin(id);
        for (int i = 0; i < 5000; i++)
        {
            ledger.Abandon(Guid.NewGuid());
        }

        Assert.Equal((MigrationOutcome.Abandoned, MigrationOutcome.Undecided), (ledger.Find(decided), ledger.Find(id)));
    }

    [Fact]
    public async Task TakeAndAbandon_AtOnce_AgreeOnOne()
    {
        for (int i = 0; i < 200; i++)
        {
            var each = Guid.NewGuid();
            ledger.Begin(each);
            using var start = new Barrier(2);
            Task<bool> take = Background.Run(() => start.SignalAndWait(Background.Patience) && ledger.TryTake(each));
            Task<MigrationOutcome> abandon = Background.Run(() => start.SignalAndWait(Background.Patience) ? ledger.Abandon(each) : default);

            Assert.Equal(await take ? MigrationOutcome.Taken : MigrationOutcome.Abandoned, await abandon);
        }
    }
}
