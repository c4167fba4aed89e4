using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests;

/// <summary>What a device does all the time allocates nothing.</summary>
public class ZeroAllocationTests
{
    private const int WarmUp = 500;
    private const int Measured = 1_000;
    private const int Batches = 5;
    private const ulong Pages = 40_000;
    private const ulong Page = Uapi.Page.Size;

    private readonly DirtyBitmap bitmap = new(Pages);
    private readonly byte[] target = new byte[Pages / 8];
    private readonly DmaMap map = new();
    private readonly DmaWindow window = new();
    private readonly byte[] bytes = new byte[2 * Page];
    private ulong next;

    public ZeroAllocationTests()
    {
        const VfioDmaMapFlags Both = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE;
        map.Map(0, 16 * Page, Both, new ArrayDmaMemory(new byte[16 * Page]));
        window.Attach(map);
    }

    [Fact]
    public void Mark_AllocatesNothing() => AssertAllocatesNothing(() => bitmap.Mark(Next()));

    [Fact]
    public void MarkOfARange_AllocatesNothing() => AssertAllocatesNothing(() => bitmap.Mark(Next() / 2, Pages / 2));

    [Fact]
    public void Harvest_AllocatesNothing() => AssertAllocatesNothing(() =>
    {
        bitmap.Mark(Next());
        bitmap.Mark(Next() / 2, 1000);
        var sink = new BitmapSink(target, 0);
        bitmap.Harvest(0, Pages, ref sink);
    });

    [Fact]
    public void HarvestOfAPart_AllocatesNothing() => AssertAllocatesNothing(() =>
    {
        bitmap.Mark(3);
        var sink = new BitmapSink(target, 0);
        bitmap.Harvest(1, 20_000, ref sink);
    });

    [Theory]
    [InlineData(Page)]
    [InlineData(4 * Page)]
    public void WriteAndReport_AllocateNothing(ulong pageSize)
    {
        map.SetContainerTracking(true);
        map.SetPageTableTracking(true);
        Assert.True(window.StartLog([new VfioDmaLoggingRange { Iova = 0, Length = 16 * Page }], Page).IsOk);
        var report = new VfioDmaLoggingReport { Length = 16 * Page, PageSize = pageSize };

        AssertAllocatesNothing(() =>
        {
            if (window.Write(Next() % 14 * Page, bytes) != Errno.None)
            {
                Assert.Fail("the write failed");
            }

            window.Log!.Report(report, target);
        });
    }

    [Fact]
    public void AccessOfARegion_AllocatesNothing()
    {
        var device = new TestVfioDevice(regions: new MemoryRegion(new DeviceMemory(4096)));
        AssertAllocatesNothing(() =>
        {
            if (device.ReadRegion(0, 0, bytes.AsSpan(0, 4)) != Errno.None || device.WriteRegion(0, 0, bytes.AsSpan(0, 4)) != Errno.None)
            {
                Assert.Fail("the access failed");
            }
        });
    }

    [Fact]
    public void QuestionsForFaults_AllocateNothing()
    {
        var faults = new FaultPlan();
        AssertAllocatesNothing(() =>
        {
            if (faults.BeforeAccess(FaultKind.Read, 0) != Errno.None
                || faults.BeforeAccess(FaultKind.Write, 0) != Errno.None
                || faults.BeforeArc(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING, VfioDeviceState.VFIO_DEVICE_STATE_STOP) != Errno.None
                || faults.BeforeStream(0, 16).Value != 16
                || faults.LosesMark()
                || faults.TakeCut() is not null)
            {
                Assert.Fail("a fault without a rule");
            }
        });
    }

    private ulong Next() => next = (next + 12_345) % Pages;

    /// <summary>The best of several batches: a loop that is compiled anew while it runs may allocate, but once.</summary>
    private static void AssertAllocatesNothing(Action action)
    {
        Repeat(action, WarmUp);
        Assert.Equal(0, Enumerable.Range(0, Batches).Min(_ => Allocated(action)));
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(action, Measured);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Repeat(Action action, int times)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
