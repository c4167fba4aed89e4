using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

public class DmaMapTests
{
    private const ulong Page = Uapi.Page.Size;
    private const ulong LastPage = 0xFFFF_FFFF_FFFF_F000;
    private const VfioDmaMapFlags Readable = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ;
    private const VfioDmaMapFlags Writable = VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE;

    private readonly byte[] bytes = new byte[16 * Page];
    private readonly DmaMap map = new();

    [Theory]
    [InlineData(Errno.None, 0, Page, 3, 0)]
    [InlineData(Errno.None, 5 * Page, 2 * Page, 1, 14 * Page)]
    [InlineData(Errno.None, LastPage, Page, 2, 1)]
    [InlineData(Errno.EINVAL, 0, Page, 0, 0)]
    [InlineData(Errno.EINVAL, 0, Page, 4, 0)]
    [InlineData(Errno.EINVAL, 0, Page, 7, 0)]
    [InlineData(Errno.EINVAL, 0, 0, 3, 0)]
    [InlineData(Errno.EINVAL, 1, Page, 3, 0)]
    [InlineData(Errno.EINVAL, 0, Page + 1, 3, 0)]
    [InlineData(Errno.EINVAL, LastPage, 2 * Page, 3, 0)]
    [InlineData(Errno.EINVAL, 0, 17 * Page, 3, 0)]
    [InlineData(Errno.EINVAL, 0, 2 * Page, 3, (14 * Page) + 1)]
    [InlineData(Errno.EINVAL, 0, Page, 3, ulong.MaxValue)]
    public void Map_ChecksItsArguments(Errno expected, ulong iova, ulong size, uint flags, ulong offset)
    {
        Assert.Equal(expected, map.Map(iova, size, (VfioDmaMapFlags)flags, new ArrayDmaMemory(bytes), offset));
        Assert.Equal(expected == Errno.None ? 1 : 0, map.Mappings.Count);
    }

    [Theory]
    [InlineData(3, 1, Errno.None)]
    [InlineData(3, 2, Errno.EEXIST)]
    [InlineData(4, 1, Errno.EEXIST)]
    [InlineData(5, 1, Errno.EEXIST)]
    [InlineData(5, 3, Errno.EEXIST)]
    [InlineData(0, 12, Errno.EEXIST)]
    [InlineData(6, 1, Errno.None)]
    [InlineData(7, 1, Errno.EEXIST)]
    public void Map_OverAMapping_IsRefused(ulong page, ulong pages, Errno expected)
    {
        Map(7, 2);
        Map(4, 2);

        Assert.Equal(expected, map.Map(page * Page, pages * Page, Readable, new ArrayDmaMemory(bytes)));
        Assert.Equal(map.Mappings.OrderBy(mapping => mapping.Iova), map.Mappings);
    }

    [Fact]
    public void Access_AcrossMappings_ReachesEach()
    {
        Map(5, 1, 0);
        Map(6, 1, 8);
        byte[] written = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        byte[] read = new byte[100];

        Assert.Equal(Errno.None, map.Write((6 * Page) - 40, written));
        Assert.Equal(Errno.None, map.Read((6 * Page) - 40, read));

        Assert.Equal(written, read);
        Assert.Equal(written[..40], bytes.AsSpan((int)Page - 40, 40).ToArray());
        Assert.Equal(written[40..], bytes.AsSpan(8 * (int)Page, 60).ToArray());
    }

    [Theory]
    [InlineData(4 * Page, Errno.EINVAL)]
    [InlineData((5 * Page) - 1, Errno.EINVAL)]
    [InlineData((6 * Page) - 1, Errno.EINVAL)]
    [InlineData(5 * Page, Errno.None)]
    [InlineData((6 * Page) - 2, Errno.None)]
    public void Access_WithAnAddressThatIsNotMapped_IsEINVAL(ulong iova, Errno expected)
    {
        Map(5, 1);

        Assert.Equal(expected, map.Read(iova, new byte[2]));
        Assert.Equal(expected, map.Write(iova, new byte[2]));
    }

    [Fact]
    public void Access_WithoutTheRight_IsEPERM()
    {
        map.Map(0, Page, Readable, new ArrayDmaMemory(bytes));
        map.Map(Page, Page, Writable, new ArrayDmaMemory(bytes));

        Assert.Equal(Errno.EPERM, map.Write(0, [1]));
        Assert.Equal(Errno.EPERM, map.Read(Page, new byte[1]));
        Assert.Equal(Errno.EPERM, map.Pin(0, 1));
    }

    [Fact]
    public void Access_ToMemoryThatIsGone_IsEFAULT()
    {
        map.Map(0, Page, Readable | Writable, new FaultyDmaMemory(Page));

        Assert.Equal(Errno.EFAULT, map.Write(0, [1]));
        Assert.Equal(Errno.EFAULT, map.Read(0, new byte[1]));
    }

    /// <summary>Both ends of the address space are mapped; they are no neighbours.</summary>
    [Fact]
    public void Access_BeyondTheEndOfTheAddressSpace_IsEINVAL()
    {
        map.Map(0, Page, Readable | Writable, new ArrayDmaMemory(bytes));
        map.Map(LastPage, Page, Readable | Writable, new ArrayDmaMemory(bytes), Page);

        Assert.Equal(Errno.EINVAL, map.Write(ulong.MaxValue, [1, 2]));
        Assert.Equal(Errno.EINVAL, map.Read(ulong.MaxValue, new byte[2]));
        Assert.Equal(Errno.EINVAL, map.Pin(LastPage, 2));
        Assert.All(bytes, value => Assert.Equal(0, value));
        Assert.Equal(Errno.None, map.Write(ulong.MaxValue, [1]));
        Assert.Equal(Errno.None, map.Pin(LastPage, 1));
    }

    [Fact]
    public void Access_OfNothing_SucceedsAnywhere()
    {
        Assert.Equal(Errno.None, map.Write(123, []));
        Assert.Equal(Errno.None, map.Read(ulong.MaxValue, []));
    }

    [Theory]
    [InlineData(4, 2, 2)]
    [InlineData(0, 16, 4)]
    [InlineData(3, 4, 2)]
    [InlineData(8, 4, 2)]
    [InlineData(12, 1, 0)]
    [InlineData(0, 4, 0)]
    public void Unmap_OfARange_RemovesWhatLiesInside(ulong page, ulong pages, ulong removed)
    {
        Map(4, 2);
        Map(8, 2);

        Assert.Equal(removed * Page, map.Unmap(page * Page, pages * Page).Value);
        Assert.Equal((4 - removed) * Page, map.Mappings.Aggregate(0UL, (sum, mapping) => sum + mapping.Size));
    }

    [Theory]
    [InlineData(4 * Page, 0)]
    [InlineData((4 * Page) + 1, Page)]
    [InlineData(4 * Page, Page + 1)]
    [InlineData(LastPage, 2 * Page)]
    [InlineData(4 * Page, Page)]
    [InlineData(5 * Page, Page)]
    [InlineData(5 * Page, 8 * Page)]
    [InlineData(0, 5 * Page)]
    public void Unmap_ThatWrapsOrCutsAMapping_IsEINVAL(ulong iova, ulong size)
    {
        Map(4, 2);

        Assert.Equal(Errno.EINVAL, map.Unmap(iova, size).Error);
        Assert.Single(map.Mappings);
    }

    [Fact]
    public void Unmap_OfEverything_MakesRoom()
    {
        Map(0, 1);
        Map(4, 2);

        Assert.Equal(3 * Page, map.UnmapAll());
        Assert.Empty(map.Mappings);
        Assert.Equal(Errno.EINVAL, map.Write(0, [1]));
        Map(0, 16);
    }

    [Fact]
    public async Task Unmap_WhileADeviceWrites_WaitsForIt()
    {
        using var memory = new BlockingDmaMemory(Page);
        map.Map(0, Page, Writable, memory);
        Task<Errno> writing = Background.Run(() => map.Write(0, [1]));
        memory.WaitForWriter();
        Task<ulong> unmapping = Background.Run(() => map.Unmap(0, Page).Value, Background.WaitUntilBlocked);
        Assert.False(unmapping.IsCompleted);

        memory.Unblock();

        Assert.Equal(Errno.None, await writing.WaitAsync(Background.Patience));
        Assert.Equal(Page, await unmapping.WaitAsync(Background.Patience));
        Assert.Equal(Errno.EINVAL, map.Write(0, [1]));
    }

    [Theory]
    [InlineData(4 * Page, 2, Errno.None)]
    [InlineData(4 * Page, 0, Errno.None)]
    [InlineData(4 * Page, 3, Errno.EINVAL)]
    [InlineData((4 * Page) + 1, 1, Errno.EINVAL)]
    [InlineData(3 * Page, 1, Errno.EINVAL)]
    [InlineData(0, ulong.MaxValue, Errno.EINVAL)]
    public void Pin_ChecksEveryPage(ulong iova, ulong pages, Errno expected)
    {
        Map(4, 2);

        Assert.Equal(expected, map.Pin(iova, pages));
    }

    private void Map(ulong page, ulong pages, ulong memoryPage = 0) =>
        Assert.Equal(Errno.None, map.Map(page * Page, pages * Page, Readable | Writable, new ArrayDmaMemory(bytes), memoryPage * Page));
}
