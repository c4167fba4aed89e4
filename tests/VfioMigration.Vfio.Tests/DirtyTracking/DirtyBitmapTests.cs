using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

public class DirtyBitmapTests
{
    private const ulong Line = 512;
    private const ulong Chunk = 16384;
    private const ulong Group = 64 * Chunk;

    [Theory]
    [InlineData(0)]
    [InlineData(DirtyBitmap.MaxPages + 1)]
    public void Constructor_OfAnImpossibleSize_Throws(ulong pages) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DirtyBitmap(pages));

    [Fact]
    public void Mark_InTheLargestSet_IsHarvested()
    {
        var bitmap = new DirtyBitmap(DirtyBitmap.MaxPages);
        bitmap.Mark(0);
        bitmap.Mark(DirtyBitmap.MaxPages - 1);

        Assert.Equal([0, DirtyBitmap.MaxPages - 1], PageCollector.Harvest(bitmap));
        Assert.Empty(PageCollector.Harvest(bitmap));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(Line - 1)]
    [InlineData(Line)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Group - 1)]
    [InlineData(Group)]
    [InlineData(Group + Chunk + 4)]
    public void Mark_OfAPage_IsHarvestedOnce(ulong page)
    {
        var bitmap = new DirtyBitmap(Group + Chunk + 5);
        bitmap.Mark(page);

        Assert.Equal([page], PageCollector.Harvest(bitmap));
        Assert.Empty(PageCollector.Harvest(bitmap));
    }

    [Fact]
    public void Mark_AgainAfterEveryHarvest_IsHarvestedEveryTime()
    {
        var bitmap = new DirtyBitmap(Chunk);
        for (int i = 0; i < 5; i++)
        {
            bitmap.Mark(7);
            bitmap.Mark(7);
            Assert.Equal([7], PageCollector.Harvest(bitmap));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 0)]
    [InlineData(63, 2)]
    [InlineData(64, 64)]
    [InlineData(1, 63)]
    [InlineData(Line - 1, 2)]
    [InlineData(Chunk - 1, 2)]
    [InlineData(3, (2 * Chunk) + 1)]
    [InlineData((3 * Chunk) + 9, 1)]
    [InlineData((3 * Chunk) + 10, 0)]
    [InlineData(0, (3 * Chunk) + 10)]
    public void Mark_OfARange_AddsExactlyItsPages(ulong first, ulong count)
    {
        var bitmap = new DirtyBitmap((3 * Chunk) + 10);
        bitmap.Mark(first, count);

        Assert.Equal(count, bitmap.Count(0, bitmap.Pages));
        Assert.Equal(Enumerable.Range(0, (int)count).Select(i => first + (ulong)i), PageCollector.Harvest(bitmap));
    }

    [Fact]
    public void Mark_OutsideTheSet_Throws()
    {
        var bitmap = new DirtyBitmap(100);

        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Mark(100));
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Mark(ulong.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Mark(101, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Mark(99, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Mark(1, ulong.MaxValue));
        Assert.Equal(0UL, bitmap.Count(0, 100));
    }

    /// <summary>Steps of any kind and place; the last page and the places around every edge are likelier than others.</summary>
    [Fact]
    public void Steps_InAnyOrder_BehaveLikeASetOfPages()
    {
        const int Pages = (int)(2 * Chunk) + 77;
        Gen<int> edge = Gen.Elements(0, 64, (int)Line, (int)Chunk, (int)(2 * Chunk), Pages);
        Gen<int> near = edge.Zip(Gen.Choose(-2, 2)).Select(pair => Math.Clamp(pair.Item1 + pair.Item2, 0, Pages - 1));
        Gen<int> place = Gen.OneOf(near, Gen.Choose(0, Pages - 1));
        Gen<(int Kind, int First, int Last)[]> steps = (
            from kind in Gen.Choose(0, 4)
            from a in place
            from b in place
            select (kind, Math.Min(a, b), Math.Max(a, b))).ArrayOf();

        Prop.ForAll(steps.ToArbitrary(), all =>
        {
            var bitmap = new DirtyBitmap(Pages);
            var model = new SortedSet<ulong>();
            return all.All(step => Agrees(bitmap, model, step.Kind, (ulong)step.First, (ulong)step.Last))
                && PageCollector.Harvest(bitmap).SequenceEqual(model)
                && bitmap.Count(0, bitmap.Pages) == 0;
        }).QuickCheckThrowOnFailure();
    }

    private static bool Agrees(DirtyBitmap bitmap, SortedSet<ulong> model, int kind, ulong first, ulong last)
    {
        ulong count = last - first + 1;
        ulong[] inside = [.. model.GetViewBetween(first, last)];
        switch (kind)
        {
            case 0:
                bitmap.Mark(first);
                model.Add(first);
                return true;
            case 1:
                count = Math.Min(count, 700);
                bitmap.Mark(first, count);
                model.UnionWith(Enumerable.Range(0, (int)count).Select(i => first + (ulong)i));
                return true;
            case 2:
                model.ExceptWith(inside);
                return PageCollector.Harvest(bitmap, first, count).SequenceEqual(inside);
            case 3:
                return PageCollector.Read(bitmap, first, count).SequenceEqual(inside);
            default:
                return bitmap.Count(first, count) == (ulong)inside.Length;
        }
    }
}
