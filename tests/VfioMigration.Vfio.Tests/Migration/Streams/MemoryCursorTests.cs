using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

public class MemoryCursorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(130)]
    public void NewCursor_SendsEveryPageOnceInRunsOfAWord(int pages)
    {
        var cursor = new MemoryCursor(new DeviceMemory(pages * Page.Size));
        Assert.Equal(pages, cursor.Pages);

        List<(int First, int Count)> runs = TakeAll(cursor);

        Assert.Equal(Enumerable.Range(0, pages), runs.SelectMany(run => Enumerable.Range(run.First, run.Count)));
        Assert.Equal((pages + MemoryCursor.MaxRun - 1) / MemoryCursor.MaxRun, runs.Count);
        Assert.Equal(0, cursor.Pages);
        Assert.False(cursor.TryTake(out _, out _));
    }

    [Fact]
    public void WhatChangedBefore_IsSentWithTheFirstPass()
    {
        var memory = new DeviceMemory(3 * Page.Size);
        memory.Write(0, [1]);
        var cursor = new MemoryCursor(memory);
        TakeAll(cursor);

        cursor.Refill();

        Assert.Equal(0, cursor.Pages);
    }

    [Fact]
    public void Refill_KeepsWhatWasNotTaken()
    {
        var memory = new DeviceMemory(70 * Page.Size);
        var cursor = new MemoryCursor(memory);
        Assert.True(cursor.TryTake(out _, out _));
        memory.Write(0, [1]);

        cursor.Refill();

        Assert.Equal([(0, 1), (64, 6)], TakeAll(cursor));
    }

    [Fact]
    public void AnyChanges_AreTakenAsMaximalRunsWithinAWord() =>
        Quietly.Check(Gen.Choose(0, 129).ListOf(), pages =>
        {
            var memory = new DeviceMemory(130 * Page.Size);
            var cursor = new MemoryCursor(memory);
            TakeAll(cursor);
            foreach (int page in pages)
            {
                memory.Write(page * Page.Size, [1]);
            }

            cursor.Refill();

            var expected = new SortedSet<int>(pages);
            Assert.Equal(expected.Count, cursor.Pages);
            List<(int First, int Count)> runs = TakeAll(cursor);
            Assert.Equal(expected, runs.SelectMany(run => Enumerable.Range(run.First, run.Count)));
            Assert.All(runs, run => Assert.True(run.First % 64 == 0 || !expected.Contains(run.First - 1)));
            Assert.All(runs, run => Assert.Equal(run.First / 64, (run.First + run.Count - 1) / 64));
        });

    private static List<(int First, int Count)> TakeAll(MemoryCursor cursor)
    {
        var runs = new List<(int, int)>();
        while (cursor.TryTake(out int first, out int count))
        {
            runs.Add((first, count));
        }

        return runs;
    }
}
