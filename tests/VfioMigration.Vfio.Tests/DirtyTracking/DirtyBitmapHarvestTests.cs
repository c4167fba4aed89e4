using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

public class DirtyBitmapHarvestTests
{
    private const ulong Line = 512;
    private const ulong Chunk = 16384;
    private const ulong Pages = (66 * Chunk) + 100;

    private readonly DirtyBitmap bitmap = new(Pages);

    public static TheoryData<ulong, ulong> Parts => new()
    {
        { 0, 1 },
        { 0, 63 },
        { 1, 63 },
        { 63, 2 },
        { 64, 64 },
        { Line - 1, 2 },
        { Line, Line },
        { 0, Chunk },
        { 1, Chunk - 1 },
        { 0, Chunk - 1 },
        { Chunk - 1, 2 },
        { Chunk - 1, Chunk + 2 },
        { Chunk, 2 * Chunk },
        { 100, 64 * Chunk },
        { 63 * Chunk, 2 * Chunk },
        { (64 * Chunk) - 1, 2 },
        { (65 * Chunk) + 5, Chunk + 95 },
        { 66 * Chunk, 100 },
        { (66 * Chunk) + 1, 99 },
        { (66 * Chunk) + 1, 98 },
        { Pages - 1, 1 },
        { 0, Pages },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void Harvest_OfAPart_TakesThePartAndLeavesTheRest(ulong first, ulong count)
    {
        bitmap.Mark(0, Pages);

        Assert.Equal(count, (ulong)PageCollector.Harvest(bitmap, first, count).Count);

        Assert.Equal(0UL, bitmap.Count(first, count));
        Assert.Equal(first, bitmap.Count(0, first));
        Assert.Equal(Pages - first - count, bitmap.Count(first + count, Pages - first - count));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Harvest_OfAPart_GivesItsEdgesAndNotTheirNeighbours(ulong first, ulong count)
    {
        ulong last = first + count - 1;
        ulong[] around = [.. new[] { first - 1, first, last, last + 1 }.Where(page => page < Pages).Distinct()];
        foreach (ulong page in around)
        {
            bitmap.Mark(page);
        }

        Assert.Equal(around.Where(page => page >= first && page <= last), PageCollector.Harvest(bitmap, first, count));
        Assert.Equal(around.Where(page => page < first || page > last), PageCollector.Harvest(bitmap));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Read_OfAPart_LeavesEverything(ulong first, ulong count)
    {
        bitmap.Mark(0, Pages);

        Assert.Equal(count, (ulong)PageCollector.Read(bitmap, first, count).Count);
        Assert.Equal(Pages, bitmap.Count(0, Pages));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(Pages)]
    public void Harvest_OfNothing_GivesNothing(ulong first)
    {
        bitmap.Mark(0, Pages);

        Assert.Empty(PageCollector.Harvest(bitmap, first, 0));
        Assert.Equal(Pages, bitmap.Count(0, Pages));
    }

    [Theory]
    [InlineData(Pages + 1, 0)]
    [InlineData(Pages, 1)]
    [InlineData(0, Pages + 1)]
    [InlineData(1, ulong.MaxValue)]
    public void Harvest_OutsideTheSet_Throws(ulong first, ulong count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PageCollector.Harvest(bitmap, first, count));
        Assert.Throws<ArgumentOutOfRangeException>(() => PageCollector.Read(bitmap, first, count));
    }

    /// <summary>Each harvest of a whole chunk turns it to its other side; what parts left must not come back from there.</summary>
    [Fact]
    public void Harvest_OfPartsBetweenWholes_NeverRepeatsAPage()
    {
        for (ulong round = 0; round < 4; round++)
        {
            bitmap.Mark(round, 100);

            Assert.Equal(50, PageCollector.Harvest(bitmap, round, 50).Count);
            Assert.Equal(50, PageCollector.Harvest(bitmap).Count);
            Assert.Empty(PageCollector.Harvest(bitmap));
        }
    }

    [Fact]
    public void Harvest_OfSparsePages_GivesAll()
    {
        ulong[] pages = [.. Enumerable.Range(0, (int)(Pages / 4096)).Select(i => (ulong)i * 4096)];
        foreach (ulong page in pages)
        {
            bitmap.Mark(page);
        }

        Assert.Equal(pages, PageCollector.Harvest(bitmap));
    }
}
