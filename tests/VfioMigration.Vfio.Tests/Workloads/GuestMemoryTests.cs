using VfioMigration.Uapi;
using VfioMigration.Vfio.Tests.Support;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio.Tests.Workloads;

public class GuestMemoryTests
{
    private readonly GuestMemory memory = new(8 * GuestMemory.PageSize);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-4096)]
    public void Length_ThatIsNoWholePages_Throws(int length) => Assert.ThrowsAny<Exception>(() => new GuestMemory(length));

    [Fact]
    public void WritesOfTheProcessor_AreThereAndDirtyOnce()
    {
        memory.Write(4095, [1, 2]);
        memory.Write(3 * 4096, 0x04030201u);
        memory.Write((5 * 4096) - 4, 0x0807060504030201ul);
        memory.Write(0, []);

        Assert.Equal((8, 32768), (memory.Pages, memory.Length));
        Assert.Equal([1, 2], memory.Content.Slice(4095, 2).ToArray());
        Assert.Equal(0x04030201u, memory.ReadUInt32(3 * 4096));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], memory.Content.Slice((5 * 4096) - 4, 8).ToArray());
        Assert.Equal(0b11_1011, TakeDirty());
        Assert.Equal(0, TakeDirty());
    }

    [Fact]
    public void LoadedPage_IsNotDirty()
    {
        memory.Load(4096, [1, 2, 3]);

        Assert.Equal(2, memory.Content[4097]);
        Assert.Equal(0, TakeDirty());
    }

    [Fact]
    public void Device_ReachesTheMemoryOneToOne()
    {
        var device = new TestVfioDevice();
        using VfioDeviceFile file = device.Open(memory.Map).Value;
        byte[] bytes = new byte[3];

        Assert.Equal(Errno.None, device.Dma.Write(4096, [7, 8, 9]));
        Assert.Equal(Errno.None, device.Dma.Read(4096, bytes));

        Assert.Equal([7, 8, 9], bytes);
        Assert.Equal([7, 8, 9], memory.Content.Slice(4096, 3).ToArray());
        Assert.Equal(0, TakeDirty());
        Assert.Equal(Errno.EINVAL, device.Dma.Write(32768, [1]));
    }

    private int TakeDirty()
    {
        byte[] bitmap = new byte[8];
        memory.TakeProcessorDirty(bitmap);
        return bitmap[0];
    }
}
