using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

/// <summary>As measured on Linux 6.12: uapi-v2.md and items 33 to 35 of NOTES.md.</summary>
public class DmaMapDirtyTrackingTests
{
    private const ulong Page = Uapi.Page.Size;
    private const VfioDmaMapFlags Both = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE;

    private readonly DmaMap map = new();

    public DmaMapDirtyTrackingTests()
    {
        Map(0, 4);
        Map(8, 8);
    }

    [Fact]
    public void GetBitmap_AfterWrites_ReportsThemOnce()
    {
        map.SetContainerTracking(true);
        Write(1);
        Write(9);

        Assert.Equal(0b10_0000_0010, Bitmap());
        Assert.Equal(0, Bitmap());
    }

    [Fact]
    public void GetBitmap_OverSetBits_OverwritesWholeWordsOnly()
    {
        map.SetContainerTracking(true);
        Write(1);
        byte[] bitmap = new byte[24];
        bitmap.AsSpan().Fill(0xFF);

        Assert.Equal(Errno.None, map.GetBitmap(0, 16 * Page, Page, bitmap));
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 0], bitmap[..8]);
        Assert.All(bitmap[8..], value => Assert.Equal(0xFF, value));
    }

    [Fact]
    public void GetBitmap_OfAnotherStart_BeginsThere()
    {
        map.SetContainerTracking(true);
        Write(9);

        Assert.Equal(0b10, Bitmap(8, 8));
    }

    [Theory]
    [InlineData(0, 16 * Page, Page, 8, Errno.None)]
    [InlineData(0, 64 * Page, Page, 8, Errno.None)]
    [InlineData(0, 65 * Page, Page, 8, Errno.EINVAL)]
    [InlineData(0, 65 * Page, Page, 16, Errno.None)]
    [InlineData(0, 16 * Page, Page, 2, Errno.EINVAL)]
    [InlineData(0, 16 * Page, Page, 0, Errno.EINVAL)]
    [InlineData(0, 16 * Page, 2 * Page, 8, Errno.EINVAL)]
    [InlineData(0, 16 * Page, 0, 8, Errno.EINVAL)]
    [InlineData(0, 0, Page, 8, Errno.EINVAL)]
    [InlineData(1, 16 * Page, Page, 8, Errno.EINVAL)]
    [InlineData(0, (16 * Page) + 1, Page, 8, Errno.EINVAL)]
    [InlineData(Page, 15 * Page, Page, 8, Errno.EINVAL)]
    [InlineData(0, 15 * Page, Page, 8, Errno.EINVAL)]
    [InlineData(4 * Page, 4 * Page, Page, 8, Errno.None)]
    [InlineData(0xFFFF_FFFF_FFFF_F000, Page, Page, 8, Errno.EINVAL)]
    public void GetBitmap_ChecksItsArguments(ulong iova, ulong size, ulong pageSize, int bytes, Errno expected)
    {
        map.SetContainerTracking(true);

        Assert.Equal(expected, map.GetBitmap(iova, size, pageSize, new byte[bytes]));
    }

    [Fact]
    public void GetBitmap_OfMoreBytesThanTheLimit_IsEINVAL()
    {
        map.SetContainerTracking(true);

        Assert.Equal(Errno.None, map.GetBitmap(0, 16 * Page, Page, new byte[DmaMap.MaxBitmapBytes]));
        Assert.Equal(Errno.EINVAL, map.GetBitmap(0, 16 * Page, Page, new byte[DmaMap.MaxBitmapBytes + 1]));
    }

    [Fact]
    public void GetBitmap_WithoutTracking_IsEINVAL()
    {
        Assert.Equal(Errno.EINVAL, map.GetBitmap(0, 16 * Page, Page, new byte[8]));
        Assert.False(map.IsContainerTracking);
    }

    [Fact]
    public void Start_Again_KeepsWhatWasNotReported()
    {
        map.SetContainerTracking(true);
        Write(1);
        map.SetContainerTracking(true);

        Assert.Equal(0b10, Bitmap());
    }

    [Fact]
    public void Stop_ForgetsWhatWasNotReported()
    {
        map.SetContainerTracking(true);
        Write(1);
        map.SetContainerTracking(false);
        map.SetContainerTracking(false);
        map.SetContainerTracking(true);

        Assert.Equal(0, Bitmap());
    }

    [Fact]
    public void Map_WhileTracking_IsTracked()
    {
        map.SetContainerTracking(true);
        Map(4, 2);
        Write(5);

        Assert.Equal(0b10_0000, Bitmap());
    }

    [Fact]
    public void Pin_IsDirtyInEveryReportAndOnceAfterwards()
    {
        map.SetContainerTracking(true);
        Assert.Equal(Errno.None, map.Pin(2 * Page, 2));

        Assert.Equal(0b1100, Bitmap());
        Assert.Equal(0b1100, Bitmap());
        map.Unpin(2 * Page, 1);
        Assert.Equal(0b1100, Bitmap());
        Assert.Equal(0b1000, Bitmap());
    }

    [Fact]
    public void Pin_BeforeStart_IsDirtyAsWell()
    {
        map.Pin(0, 1);
        map.SetContainerTracking(true);

        Assert.Equal(1, Bitmap());
    }

    [Fact]
    public void Pin_Twice_NeedsTwoUnpins()
    {
        map.SetContainerTracking(true);
        map.Pin(0, 1);
        map.Pin(0, 1);
        map.Unpin(0, 1);

        Assert.Equal(1, Bitmap());
        Assert.Equal(1, Bitmap());
        map.Unpin(0, 1);
        Assert.Equal(1, Bitmap());
        Assert.Equal(0, Bitmap());
        map.Unpin(0, 1);
        Assert.Equal(0, Bitmap());
    }

    [Fact]
    public void Pin_ThatFails_LeavesNothingPinned()
    {
        map.SetContainerTracking(true);

        Assert.Equal(Errno.EINVAL, map.Pin(2 * Page, 3));
        Bitmap();
        Assert.Equal(0, Bitmap());
    }

    [Fact]
    public void Unmap_WithABitmap_ReportsBeforeTheMappingIsGone()
    {
        map.SetContainerTracking(true);
        Write(1);
        Write(8);
        byte[] bitmap = new byte[8];

        Assert.Equal(12 * Page, map.Unmap(0, 16 * Page, UserBitmap.Of(bitmap)).Value);
        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Unmap_WithABitmapButWithoutTracking_ChangesNothing()
    {
        Assert.Equal(Errno.EINVAL, map.Unmap(0, 16 * Page, UserBitmap.Of(new byte[8])).Error);
        map.SetContainerTracking(true);
        Assert.Equal(Errno.EINVAL, map.Unmap(0, 16 * Page, UserBitmap.Of(new byte[4])).Error);
        Assert.Equal(Errno.EINVAL, map.Unmap(0, 16 * Page, UserBitmap.Of(new byte[8], 2 * Page)).Error);
        Assert.Equal(2, map.Mappings.Count);
    }

    [Fact]
    public void GetDirtyBitmap_OrsAndClears()
    {
        map.SetPageTableTracking(true);
        Write(1);
        byte[] bitmap = [0x80, 0, 0, 0, 0, 0, 0, 0];

        Assert.Equal(Errno.None, map.GetDirtyBitmap(0, 16 * Page, Page, noClear: false, bitmap));
        Assert.Equal(0x82, bitmap[0]);
        Assert.Equal(0, PageTableBitmap(noClear: false));
    }

    [Fact]
    public void GetDirtyBitmap_WithoutClearing_StaysDirty()
    {
        map.SetPageTableTracking(true);
        Write(1);

        Assert.Equal(0b10, PageTableBitmap(noClear: true));
        Assert.Equal(0b10, PageTableBitmap(noClear: false));
        Assert.Equal(0, PageTableBitmap(noClear: true));
    }

    [Fact]
    public void SetPageTableTracking_Again_StartsClean()
    {
        map.SetPageTableTracking(true);
        Write(1);
        map.SetPageTableTracking(true);

        Assert.Equal(0, PageTableBitmap(noClear: false));
        Assert.True(map.IsPageTableTracking);
    }

    [Fact]
    public void Trackers_DoNotTakeFromEachOther()
    {
        map.SetPageTableTracking(true);
        map.SetContainerTracking(true);
        Write(3);

        Assert.Equal(0b1000, PageTableBitmap(noClear: false));
        Assert.Equal(0b1000, Bitmap());
    }

    [Theory]
    [InlineData(0, 16 * Page, Page, 8, Errno.None)]
    [InlineData(0, 16 * Page, 4 * Page, 8, Errno.None)]
    [InlineData(Page, 3 * Page, Page, 8, Errno.None)]
    [InlineData(0xFFFF_FFFF_FFFF_F000, Page, Page, 8, Errno.None)]
    [InlineData(0, 0, Page, 8, Errno.EINVAL)]
    [InlineData(0, 16 * Page, 2048, 8, Errno.EINVAL)]
    [InlineData(0, 16 * Page, 3 * Page, 8, Errno.EINVAL)]
    [InlineData(Page, 4 * Page, 4 * Page, 8, Errno.EINVAL)]
    [InlineData(0, 16 * Page, Page, 7, Errno.EINVAL)]
    [InlineData(0xFFFF_FFFF_FFFF_F000, 2 * Page, Page, 8, Errno.EOVERFLOW)]
    public void GetDirtyBitmap_ChecksItsArguments(ulong iova, ulong length, ulong pageSize, int bytes, Errno expected)
    {
        map.SetPageTableTracking(true);

        Assert.Equal(expected, map.GetDirtyBitmap(iova, length, pageSize, noClear: false, new byte[bytes]));
    }

    [Fact]
    public void GetDirtyBitmap_WithoutTracking_IsEINVAL() =>
        Assert.Equal(Errno.EINVAL, map.GetDirtyBitmap(0, 16 * Page, Page, noClear: false, new byte[8]));

    private void Map(ulong page, ulong pages) =>
        Assert.Equal(Errno.None, map.Map(page * Page, pages * Page, Both, new ArrayDmaMemory(new byte[pages * Page])));

    private void Write(ulong page) => Assert.Equal(Errno.None, map.Write(page * Page, [1]));

    private int Bitmap(ulong page = 0, ulong pages = 16)
    {
        byte[] bitmap = new byte[8];
        Assert.Equal(Errno.None, map.GetBitmap(page * Page, pages * Page, Page, bitmap));
        return BitConverter.ToInt32(bitmap);
    }

    private int PageTableBitmap(bool noClear)
    {
        byte[] bitmap = new byte[8];
        Assert.Equal(Errno.None, map.GetDirtyBitmap(0, 16 * Page, Page, noClear, bitmap));
        return BitConverter.ToInt32(bitmap);
    }
}
