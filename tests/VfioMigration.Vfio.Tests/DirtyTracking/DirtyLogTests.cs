using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

/// <summary>What the core checks, as measured on Linux 6.12 and written down in uapi-v2.md.</summary>
public class DirtyLogTests
{
    private const ulong Page = 4096;
    private const ulong LastPage = 0xFFFF_FFFF_FFFF_F000;
    private const ulong LastPageButOne = 0xFFFF_FFFF_FFFF_E000;

    /// <summary>Iova and length in turns. A page size that is no power of two is a mask, as in the kernel.</summary>
    public static TheoryData<Errno, ulong, ulong[]> Starts => new()
    {
        { Errno.EINVAL, Page, [] },
        { Errno.None, Page, [0, Page] },
        { Errno.EINVAL, Page, [1, Page] },
        { Errno.EINVAL, Page, [0, Page + 1] },
        { Errno.EINVAL, Page, [0x800, Page] },
        { Errno.EINVAL, 0, [Page, Page] },
        { Errno.EINVAL, 3000, [Page, 6000] },
        { Errno.EINVAL, 3000, [Page, Page] },
        { Errno.None, 1, [1, 3] },
        { Errno.EOVERFLOW, Page, [LastPage, Page] },
        { Errno.EOVERFLOW, Page, [LastPage, 2 * Page] },
        { Errno.None, Page, [LastPageButOne, Page] },
        { Errno.EINVAL, Page, [LastPage + 1, 2 * Page] },
        { Errno.EINVAL, Page, [0, 2 * Page, Page, Page] },
        { Errno.EINVAL, Page, [0, Page, 0, Page] },
        { Errno.None, Page, [Page, Page, 0, Page] },
        { Errno.None, Page, [Page, 0] },
        { Errno.None, Page, [Page, 0, Page, Page] },
        { Errno.EINVAL, Page, [0, 4 * Page, 2 * Page, 0] },
        { Errno.EOVERFLOW, Page, [LastPage, Page, 1, Page] },
        { Errno.EINVAL, Page, [1, Page, LastPage, Page] },
        { Errno.EINVAL, Page, [0, Page, 0, Page, LastPage, Page] },
        { Errno.EOVERFLOW, Page, [LastPageButOne, Page, LastPageButOne, 2 * Page] },
    };

    [Theory]
    [MemberData(nameof(Starts))]
    public void Start_ChecksRangeByRange(Errno expected, ulong pageSize, ulong[] ranges) =>
        Assert.Equal(expected, DirtyLog.Start(Ranges(ranges), pageSize).Error);

    [Fact]
    public void Start_OfMoreRangesThanAPageHolds_IsE2BIGWhateverTheyAre()
    {
        VfioDmaLoggingRange[] ranges = [.. Enumerable.Range(0, 257).Select(i => new VfioDmaLoggingRange { Iova = (ulong)i * Page, Length = Page })];

        Assert.Equal(Errno.None, DirtyLog.Start(ranges.AsSpan(0, 256), Page).Error);
        Assert.Equal(Errno.E2BIG, DirtyLog.Start(ranges, Page).Error);
        Assert.Equal(Errno.E2BIG, DirtyLog.Start(new VfioDmaLoggingRange[257], 0).Error);
    }

    [Theory]
    [InlineData(1, 0x10000, 4096)]
    [InlineData(512, 0x10000, 4096)]
    [InlineData(4096, 0x10000, 4096)]
    [InlineData(65536, 0x10000, 65536)]
    [InlineData(4 << 20, 4 << 20, 2 << 20)]
    [InlineData(4096, 1UL << 37, 4096)]
    [InlineData(4096, 1UL << 38, 8192)]
    [InlineData(4096, 1UL << 62, 1UL << 37)]
    public void Start_ChoosesAPageSizeThatKeepsTheLogSmall(ulong wished, ulong length, ulong chosen) =>
        Assert.Equal(chosen, DirtyLog.Start(Ranges(0, length), wished).Value.PageSize);

    [Theory]
    [InlineData(Errno.EINVAL, 0x1000, 0x1000, 0)]
    [InlineData(Errno.EINVAL, 0x1000, 0x1000, 1)]
    [InlineData(Errno.EINVAL, 0x1000, 0x1000, 2048)]
    [InlineData(Errno.EINVAL, 0x1000, 0x1000, 6000)]
    [InlineData(Errno.EINVAL, ulong.MaxValue, 0x1000, 6000)]
    [InlineData(Errno.None, 0x1000, 0x1000, 4096)]
    [InlineData(Errno.None, 0x1234, 0x1000, 4096)]
    [InlineData(Errno.None, 0, ulong.MaxValue, 1UL << 63)]
    [InlineData(Errno.EOVERFLOW, LastPage, 0x1000, 4096)]
    [InlineData(Errno.EOVERFLOW, ulong.MaxValue, 2, 4096)]
    [InlineData(Errno.None, ulong.MaxValue, 0, 4096)]
    [InlineData(Errno.None, 0, (64 * 4096) + 1, 4096)]
    public void CheckReport_FollowsTheKernel(Errno expected, ulong iova, ulong length, ulong pageSize) =>
        Assert.Equal(expected, DirtyLog.CheckReport(new VfioDmaLoggingReport { Iova = iova, Length = length, PageSize = pageSize }));

    [Theory]
    [InlineData(0, 4096, 0)]
    [InlineData(1, 4096, 8)]
    [InlineData(64 * 4096, 4096, 8)]
    [InlineData((64 * 4096) + 1, 4096, 16)]
    [InlineData(ulong.MaxValue, 4096, 1UL << 49)]
    public void BitmapBytes_AreWholeWords(ulong length, ulong pageSize, ulong bytes) =>
        Assert.Equal(bytes, DirtyLog.BitmapBytes(length, pageSize));

    [Fact]
    public void Report_OfSeveralRanges_PutsEachInItsPlace()
    {
        DirtyLog log = DirtyLog.Start(Ranges(8 * Page, 2 * Page, 0, Page, 4 * Page, Page), Page).Value;
        log.Mark(0, 16 * Page);

        Assert.Equal(0b11_0001_0001, Report(log, 0, 16 * Page, Page));
        Assert.Equal(0, Report(log, 0, 16 * Page, Page));
    }

    [Fact]
    public void Report_IntoSetBits_OnlySets()
    {
        DirtyLog log = DirtyLog.Start(Ranges(0, 8 * Page), Page).Value;
        log.Mark(Page, 1);
        byte[] bitmap = [0xF0, 0, 0, 0, 0, 0, 0, 0xFF];
        log.Report(new VfioDmaLoggingReport { Length = 8 * Page, PageSize = Page }, bitmap);

        Assert.Equal([0xF2, 0, 0, 0, 0, 0, 0, 0xFF], bitmap);
    }

    [Fact]
    public void Report_OfAnotherPageSize_SplitsAndMerges()
    {
        DirtyLog log = DirtyLog.Start(Ranges(0, 16 * Page), 2 * Page).Value;
        log.Mark(2 * Page, 1);

        Assert.Equal(0b1100, Report(log, 0, 16 * Page, Page, clear: false));
        Assert.Equal(0b10, Report(log, 0, 16 * Page, 2 * Page, clear: false));
        Assert.Equal(0b1, Report(log, 0, 16 * Page, 4 * Page));
        Assert.Equal(0, Report(log, 0, 16 * Page, Page));
    }

    /// <summary>Bit n stands for iova + n * page_size, whatever the iova.</summary>
    [Fact]
    public void Report_OfAnUnalignedAddress_ShiftsTheBordersOfPages()
    {
        DirtyLog log = DirtyLog.Start(Ranges(0, 8 * Page), Page).Value;
        log.Mark(2 * Page, 1);

        Assert.Equal(0b110, Report(log, 0x800, 7 * Page, Page));
        Assert.Equal(0, Report(log, 0, 8 * Page, Page));
    }

    [Fact]
    public void Report_OfNothing_ChangesNothing()
    {
        DirtyLog log = DirtyLog.Start(Ranges(0, Page), Page).Value;
        log.Mark(0, 1);
        log.Report(new VfioDmaLoggingReport { PageSize = Page }, []);

        Assert.Equal(1, Report(log, 0, Page, Page));
    }

    [Fact]
    public void Mark_InARangeWithoutLength_IsNotLogged()
    {
        DirtyLog log = DirtyLog.Start(Ranges(Page, 0), Page).Value;
        log.Mark(0, 8 * Page);

        Assert.Equal(0, Report(log, 0, 8 * Page, Page));
    }

    private static int Report(DirtyLog log, ulong iova, ulong length, ulong pageSize, bool clear = true)
    {
        byte[] bitmap = new byte[8];
        var report = new VfioDmaLoggingReport { Iova = iova, Length = length, PageSize = pageSize };
        Assert.Equal(Errno.None, DirtyLog.CheckReport(report));
        log.Report(report, bitmap, clear);
        return BitConverter.ToInt32(bitmap);
    }

    private static VfioDmaLoggingRange[] Ranges(params ulong[] numbers) =>
        [.. numbers.Chunk(2).Select(pair => new VfioDmaLoggingRange { Iova = pair[0], Length = pair[1] })];
}
