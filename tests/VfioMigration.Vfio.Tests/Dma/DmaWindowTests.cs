using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

public sealed class DmaWindowTests : IDisposable
{
    private const ulong Page = Uapi.Page.Size;
    private const VfioDmaMapFlags Both = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE;

    private static readonly VfioDmaLoggingRange[] Ranges = [new() { Iova = 0, Length = 64 * Page }];

    private readonly BlockingDmaMemory slow = new(Page);
    private readonly DmaMap map = new();
    private readonly DmaWindow window = new();

    public DmaWindowTests()
    {
        map.Map(0, 4 * Page, Both, new ArrayDmaMemory(new byte[4 * Page]));
        map.Map(4 * Page, Page, Both, new FaultyDmaMemory(Page));
        map.Map(5 * Page, Page, Both, slow);
    }

    public void Dispose() => slow.Dispose();

    [Fact]
    public void Access_WithoutAMap_IsENODEV()
    {
        Assert.Equal(Errno.ENODEV, window.Read(0, new byte[1]));
        Assert.Equal(Errno.ENODEV, window.Write(0, [1]));
        Assert.Equal(Errno.ENODEV, window.Pin(0, 1));
        window.Unpin(0, 1);
        Assert.Null(window.Map);
    }

    [Fact]
    public void Write_IsReadBack()
    {
        window.Attach(map);
        byte[] read = new byte[3];

        Assert.Equal(Errno.None, window.Write(Page - 1, [1, 2, 3]));
        Assert.Equal(Errno.None, window.Read(Page - 1, read));
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public void Write_MarksEveryTracker()
    {
        window.Attach(map);
        map.SetContainerTracking(true);
        map.SetPageTableTracking(true);
        Assert.Equal(Page, window.StartLog(Ranges, Page).Value);

        window.Write((2 * Page) - 1, [1, 2]);

        Assert.Equal(0b110, Report());
        Assert.Equal(0b110, ContainerBitmap());
        byte[] bitmap = new byte[8];
        Assert.Equal(Errno.None, map.GetDirtyBitmap(0, 64 * Page, Page, noClear: false, bitmap));
        Assert.Equal(0b110, bitmap[0]);
    }

    /// <summary>Some of the bytes may have landed.</summary>
    [Fact]
    public void Write_ThatFaults_IsMarkedAllTheSame()
    {
        window.Attach(map);
        map.SetContainerTracking(true);
        window.StartLog(Ranges, Page);

        Assert.Equal(Errno.EFAULT, window.Write((4 * Page) - 1, [1, 2]));

        Assert.Equal(0b1_1000, Report());
        Assert.Equal(0b1_1000, ContainerBitmap());
    }

    [Fact]
    public void Read_MarksNothing()
    {
        window.Attach(map);
        window.StartLog(Ranges, Page);
        window.Read(0, new byte[100]);

        Assert.Equal(0, Report());
    }

    [Fact]
    public void Pin_ThroughTheWindow_IsDirtyInTheContainer()
    {
        window.Attach(map);
        map.SetContainerTracking(true);
        Assert.Equal(Errno.None, window.Pin(Page, 1));
        Assert.Equal(0b10, ContainerBitmap());
        window.Unpin(Page, 1);
        Assert.Equal(0b10, ContainerBitmap());
        Assert.Equal(0, ContainerBitmap());
    }

    [Fact]
    public void StartLog_Twice_IsEINVALAndKeepsTheFirst()
    {
        Assert.Equal(Page, window.StartLog(Ranges, Page).Value);
        DirtyLog? first = window.Log;

        Assert.Equal(Errno.EINVAL, window.StartLog(Ranges, Page).Error);
        Assert.Same(first, window.Log);
    }

    [Fact]
    public void StartLog_OfBadRanges_StartsNothing()
    {
        Assert.Equal(Errno.EINVAL, window.StartLog([], Page).Error);
        Assert.Null(window.Log);
    }

    [Fact]
    public void StopLog_EndsTheLogOnce()
    {
        window.StartLog(Ranges, Page);

        Assert.True(window.StopLog());
        Assert.Null(window.Log);
        Assert.False(window.StopLog());
        Assert.True(window.StartLog(Ranges, Page).IsOk);
    }

    [Fact]
    public void Access_WhileClosed_IsEBUSY()
    {
        window.Attach(map);
        window.Close();

        Assert.Equal(Errno.EBUSY, window.Read(0, new byte[1]));
        Assert.Equal(Errno.EBUSY, window.Write(0, [1]));
        Assert.Equal(Errno.EBUSY, window.Pin(0, 1));

        window.Open();
        Assert.Equal(Errno.None, window.Write(0, [1]));
    }

    [Fact]
    public async Task Close_WhileADeviceWrites_WaitsForItsMark()
    {
        window.Attach(map);
        window.StartLog(Ranges, Page);
        Task<Errno> writing = Background.Run(() => window.Write(5 * Page, [1]));
        slow.WaitForWriter();
        Task<int> closing = Background.Run(
            () =>
            {
                window.Close();
                return Report();
            },
            Background.WaitUntilBlocked);
        Assert.False(closing.IsCompleted);

        slow.Unblock();

        Assert.Equal(0b10_0000, await closing.WaitAsync(Background.Patience));
        Assert.Equal(Errno.None, await writing.WaitAsync(Background.Patience));
    }

    private int Report()
    {
        byte[] bitmap = new byte[8];
        window.Log!.Report(new VfioDmaLoggingReport { Length = 64 * Page, PageSize = Page }, bitmap);
        return bitmap[0];
    }

    private int ContainerBitmap()
    {
        byte[] bitmap = new byte[8];
        Assert.Equal(Errno.None, map.GetBitmap(0, 64 * Page, Page, bitmap));
        return bitmap[0];
    }
}
