using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

public class DirtyRangeTests
{
    private const ulong Page = 4096;

    private readonly DirtyRange range = new(0x10000, 8 * Page, Page);

    [Theory]
    [InlineData(0x10000, 1, 0b1)]
    [InlineData(0x10FFF, 1, 0b1)]
    [InlineData(0x10FFF, 2, 0b11)]
    [InlineData(0x12000, 0, 0)]
    [InlineData(0xFFFF, 1, 0)]
    [InlineData(0xF000, 0x1001, 0b1)]
    [InlineData(0x17FFF, 0x5000, 0b1000_0000)]
    [InlineData(0x18000, 1, 0)]
    [InlineData(0, 0x100000, 0xFF)]
    [InlineData(0, ulong.MaxValue, 0xFF)]
    public void Mark_OfBytes_MarksThePagesInsideTheRange(ulong address, ulong length, int expected)
    {
        range.Mark(address, length);

        Assert.Equal(expected, Report(0x10000, 8));
        Assert.Equal(0UL, range.Count());
    }

    [Theory]
    [InlineData(0, 4096, 4096, 1)]
    [InlineData(4095, 2, 4096, 2)]
    [InlineData(0, 4097, 4096, 2)]
    [InlineData(1, 4096, 4096, 2)]
    [InlineData(ulong.MaxValue, 1, 4096, 1)]
    public void PagesOf_ARange_CountsEveryTouchedPage(ulong iova, ulong length, ulong granule, ulong pages) =>
        Assert.Equal(pages, DirtyRange.PagesOf(iova, length, granule));

    [Theory]
    [InlineData(0xE000, 0b100)]
    [InlineData(0xF000, 0b10)]
    [InlineData(0x10000, 0b1)]
    [InlineData(0x11000, 0)]
    public void Report_FromAnotherStart_ShiftsTheBits(ulong start, int expected)
    {
        range.Mark(0x10000, 1);

        Assert.Equal(expected, Report(start, 4));
    }

    [Fact]
    public void Report_WithoutClearing_LeavesThePages()
    {
        range.Mark(0x10000, 2 * Page);

        Assert.Equal(0b11, Report(0x10000, 8, clear: false));
        Assert.Equal(2UL, range.Count());
    }

    /// <summary>The other part of the page belongs to a report that is still to come.</summary>
    [Theory]
    [InlineData(0x10800, 0x10FFF)]
    [InlineData(0x10000, 0x107FF)]
    [InlineData(0x10400, 0x10BFF)]
    public void Report_OfAPartOfAPage_LeavesThePage(ulong start, ulong last)
    {
        range.Mark(0x10000, 1);
        byte[] bitmap = new byte[8];
        range.Report(start, last, Page, bitmap, clear: true);

        Assert.Equal(1, bitmap[0]);
        Assert.Equal(1UL, range.Count());
    }

    [Fact]
    public void Report_CuttingBothEnds_ClearsWhatLiesBetween()
    {
        range.Mark(0x10000, 4 * Page);
        byte[] bitmap = new byte[8];
        range.Report(0x10800, 0x137FF, Page, bitmap, clear: true);

        Assert.Equal(0b111, bitmap[0]);
        Assert.Equal(0b1001, Report(0x10000, 8));
    }

    /// <summary>Granules begin before the range; what lies there is not the range's.</summary>
    [Fact]
    public void Report_BeforeAnUnalignedRange_IsClean()
    {
        var coarse = new DirtyRange(0x11000, 2 * Page, 4 * Page);
        coarse.Mark(0x11000, 1);
        byte[] bitmap = new byte[8];
        coarse.Report(0x10000, 0x17FFF, Page, bitmap, clear: true);

        Assert.Equal(0b110, bitmap[0]);
        Assert.Equal(0UL, coarse.Count());
    }

    [Fact]
    public void Harvest_GivesEverything()
    {
        range.Mark(0x13000, 1);
        var pages = default(PageCollector);
        range.Harvest(ref pages);

        Assert.Equal([3], pages.Pages);
    }

    private int Report(ulong start, ulong pages, bool clear = true)
    {
        byte[] bitmap = new byte[8];
        range.Report(start, start + (pages * Page) - 1, Page, bitmap, clear);
        return bitmap[0];
    }
}
