using VfioMigration.Vfio.Irqs;

namespace VfioMigration.Vfio.Tests.Irqs;

public class EventCounterTests
{
    private readonly EventCounter counter = new();

    [Fact]
    public void Read_TakesTheSumOfTheSignals()
    {
        Assert.Equal(0ul, counter.Read());
        counter.Signal();
        counter.Signal(0x10);

        Assert.Equal((0x11ul, 0ul), (counter.Read(), counter.Read()));
    }

    /// <summary>eventfd(2): the largest value is 0xfffffffffffffffe.</summary>
    [Theory]
    [InlineData(ulong.MaxValue, 0ul)]
    [InlineData(ulong.MaxValue - 1, 1ul)]
    [InlineData(1ul, ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 2, 1ul)]
    public void Count_StopsAtItsLargestValue(ulong one, ulong other)
    {
        counter.Signal(one);
        counter.Signal(other);

        Assert.Equal(ulong.MaxValue - 1, counter.Read());
    }

    [Fact]
    public async Task WhenSignalled_CompletesWithTheSignal()
    {
        Task waiting = counter.WhenSignalled();
        Assert.False(waiting.IsCompleted);

        counter.Signal();

        await waiting.WaitAsync(Background.Patience);
        Assert.True(counter.WhenSignalled().IsCompleted);
        counter.Read();
        Assert.False(counter.WhenSignalled().IsCompleted);
    }
}
