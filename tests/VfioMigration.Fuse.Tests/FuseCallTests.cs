namespace VfioMigration.Fuse.Tests;

public sealed class FuseCallTests : IDisposable
{
    private readonly FuseCall call = new();

    public void Dispose() => call.Dispose();

    [Fact]
    public void Claim_SucceedsOnce()
    {
        call.Begin(4);

        Assert.True(call.TryClaimReply(4));
        Assert.False(call.TryClaimReply(4));
    }

    [Fact]
    public void Claim_OfAnotherRequest_Fails()
    {
        call.Begin(4);

        Assert.False(call.TryClaimReply(5));
        Assert.True(call.TryClaimReply(4));
    }

    [Fact]
    public void Claim_OfNothing_Fails() => Assert.False(call.TryClaimReply(0));

    [Fact]
    public void Claim_AfterTheEnd_Fails()
    {
        call.Begin(4);
        call.End();

        Assert.False(call.TryClaimReply(4));
    }

    [Fact]
    public void Unanswered_IsTheRequestUntilItIsClaimed()
    {
        Assert.Equal(0ul, call.Unanswered);
        call.Begin(4);
        Assert.Equal(4ul, call.Unanswered);
        call.TryClaimReply(4);
        Assert.Equal(0ul, call.Unanswered);
    }

    [Fact]
    public async Task Claim_OfManyAtOnce_SucceedsForExactlyOne()
    {
        for (ulong unique = 1; unique <= 200; unique++)
        {
            ulong current = unique;
            call.Begin(current);
            using var start = new Barrier(2);
            bool[] won = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait(TimeSpan.FromSeconds(30));
                return call.TryClaimReply(current);
            })));

            Assert.Single(won, winner => winner);
            call.End();
        }
    }

    [Fact]
    public void Interrupt_CancelsTheToken()
    {
        call.Begin(4);
        CancellationToken token = call.Interrupted;

        Assert.True(call.TryInterrupt(4));

        Assert.True(token.IsCancellationRequested);
        Assert.True(call.TryClaimReply(4));
    }

    [Fact]
    public void Interrupt_OfAnotherRequest_DoesNothing()
    {
        call.Begin(4);

        Assert.False(call.TryInterrupt(5));

        Assert.False(call.Interrupted.IsCancellationRequested);
    }

    [Fact]
    public void Interrupt_OfAnsweredRequest_DoesNothing()
    {
        call.Begin(4);
        call.TryClaimReply(4);

        Assert.False(call.TryInterrupt(4));

        Assert.False(call.Interrupted.IsCancellationRequested);
    }

    /// <summary>Zero means "none"; an interrupt that names it must not cancel whatever this worker serves next.</summary>
    [Fact]
    public void Interrupt_OfNothing_DoesNothing()
    {
        Assert.False(call.TryInterrupt(0));

        Assert.False(call.Interrupted.IsCancellationRequested);
    }

    [Fact]
    public void TokenAfterInterruption_IsReplacedForTheNextRequest()
    {
        call.Begin(4);
        CancellationToken interrupted = call.Interrupted;
        call.TryInterrupt(4);
        call.End();

        call.Begin(6);

        Assert.False(call.Interrupted.IsCancellationRequested);
        Assert.True(interrupted.IsCancellationRequested);
    }

    [Fact]
    public void TokenWithoutInterruption_IsKept()
    {
        call.Begin(4);
        CancellationToken first = call.Interrupted;
        call.End();

        call.Begin(6);

        Assert.Equal(first, call.Interrupted);
    }
}
