using FsCheck;
using FsCheck.Fluent;

namespace VfioMigration.Vfio.Tests;

public class NumberAllocatorTests
{
    private readonly NumberAllocator numbers = new();

    [Fact]
    public void Take_OfNumbers_CountsFromZero() => Assert.Equal([0, 1, 2], Take(3));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Take_AfterReturns_GivesTheLowest(int first, int second)
    {
        Take(4);
        numbers.Return(first);
        numbers.Return(second);

        Assert.Equal([0, 1, 4], Take(3));
    }

    [Fact]
    public void Take_AfterEverythingCameBack_StartsAtZero()
    {
        Take(3);
        foreach (int number in (int[])[1, 2, 0])
        {
            numbers.Return(number);
        }

        Assert.Equal([0, 1, 2, 3], Take(4));
    }

    /// <summary>A byte below 128 takes; another returns the number at that place among those in use.</summary>
    [Fact]
    public void Take_InAnyOrderWithReturns_IsAlwaysTheLowestFree() =>
        Prop.ForAll<byte[]>(steps =>
        {
            var allocator = new NumberAllocator();
            var used = new SortedSet<int>();
            foreach (byte step in steps)
            {
                if (step < 128 || used.Count == 0)
                {
                    int expected = Enumerable.Range(0, int.MaxValue).First(number => !used.Contains(number));
                    if (allocator.Take() != expected || !used.Add(expected))
                    {
                        return false;
                    }
                }
                else
                {
                    int returned = used.ElementAt(step % used.Count);
                    used.Remove(returned);
                    allocator.Return(returned);
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private int[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => numbers.Take())];
}
