using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests.Source;

public sealed class BandwidthLimitTests
{
    private readonly TestClock clock = new();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NoLimit_NeverWaits(long bytesPerSecond)
    {
        new BandwidthLimit(bytesPerSecond, clock).Spend(int.MaxValue, CancellationToken.None);

        Assert.Equal(TimeSpan.Zero, clock.Elapsed);
    }

    [Fact]
    public void Bytes_TakeTheTimeTheyAreDue()
    {
        var limit = new BandwidthLimit(1000, clock);
        for (int i = 0; i < 10; i++)
        {
            limit.Spend(500, CancellationToken.None);
        }

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(4.99), TimeSpan.FromSeconds(5.02));
    }

    [Fact]
    public void TimeThatPassed_IsCredited()
    {
        var limit = new BandwidthLimit(1000, clock);
        clock.Advance(TimeSpan.FromSeconds(3));
        limit.Spend(2000, CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(3), clock.Elapsed);
    }

    [Fact]
    public void Cancelled_WaitsNoLonger() =>
        Assert.ThrowsAny<OperationCanceledException>(() => new BandwidthLimit(1, clock).Spend(1000, new CancellationToken(true)));
}
