using VfioMigration.Uapi;
using VfioMigration.Vfio.Tests.Support;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio.Tests.Workloads;

public sealed class GuestMemoryTests : IDisposable
{
    private readonly GuestMemory memory = new(8 * Page.Size);

    public void Dispose() => memory.Dispose();

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

    [Fact]
    public void Dispose_GivesBackTheMemoryAndWhatWasAllocatedBesides()
    {
        var system = new CountingAllocator();
        GuestMemory guest = GuestMemory.Create(4 * Page.Size, system.Allocate).Value;
        Assert.Equal(100, guest.Allocate(100).Length);
        Assert.Equal(2, system.Live);

        guest.Dispose();
        guest.Dispose();

        Assert.Equal(0, system.Live);
    }

    [Fact]
    public void Dispose_WhileSomebodyIsInside_GivesTheMemoryBackWhenTheLastOneLeaves()
    {
        var system = new CountingAllocator();
        GuestMemory guest = GuestMemory.Create(Page.Size, system.Allocate).Value;
        Assert.True(guest.TryEnter());
        Assert.True(guest.TryEnter());
        guest.Dispose();

        guest.Write(1, [7]);
        Assert.Equal((1, 7), (system.Live, guest.Content[1]));
        guest.Exit();
        Assert.Equal(1, system.Live);
        guest.Exit();
        Assert.Equal((0, 0), (system.Live, system.UsedAfterDisposal));
        Assert.False(guest.TryEnter());
    }

    [Fact]
    public void DisposedMemory_IsReachedByNobody()
    {
        var system = new CountingAllocator();
        GuestMemory guest = GuestMemory.Create(Page.Size, system.Allocate).Value;
        var device = new TestVfioDevice();
        using VfioDeviceFile file = device.Open(guest.Map).Value;
        Assert.Equal(Errno.None, device.Dma.Write(0, [1]));
        guest.Dispose();

        Assert.Equal(Errno.EINVAL, device.Dma.Write(0, [1]));
        Assert.Equal(Errno.EINVAL, device.Dma.Read(0, new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => guest.Write(0, [1]));
        Assert.Throws<ObjectDisposedException>(() => guest.Load(0, [1]));
        Assert.Throws<ObjectDisposedException>(() => guest.LoadZeroes(0, 1));
        Assert.Throws<ObjectDisposedException>(() => guest.ReadUInt32(0));
        Assert.Throws<ObjectDisposedException>(() => guest.Allocate(1));
        Assert.Throws<ObjectDisposedException>(() => guest.Enter());
    }

    /// <summary>Devices write on threads of their own until the very end; a write to memory that was given back would end the process.</summary>
    [Fact]
    public async Task Dispose_WhileADeviceWrites_WaitsForTheCopy()
    {
        for (int round = 0; round < 50; round++)
        {
            var system = new CountingAllocator();
            GuestMemory guest = GuestMemory.Create(16 * Page.Size, system.Allocate).Value;
            var device = new TestVfioDevice();
            using VfioDeviceFile file = device.Open(guest.Map).Value;
            byte[] block = new byte[8 * Page.Size];
            using var started = new ManualResetEventSlim();
            Task<Errno> writer = Task.Run(() =>
            {
                Errno error;
                do
                {
                    error = device.Dma.Write(0, block);
                    started.Set();
                }
                while (error == Errno.None);
                return error;
            });
            started.Wait();

            guest.Dispose();

            Assert.Equal(Errno.EINVAL, await writer.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal((0, 0), (system.Live, system.UsedAfterDisposal));
        }
    }

    [Fact]
    public void Create_WithoutMemory_IsTheErrno()
    {
        Assert.Equal(Errno.ENOMEM, GuestMemory.Create(Page.Size, static _ => Errno.ENOMEM).Error);

        var system = new CountingAllocator();
        GuestMemory guest = GuestMemory.Create(Page.Size, system.Allocate).Value;
        system.Max = 1;
        Assert.Throws<InsufficientMemoryException>(() => guest.Allocate(1));
    }

    private int TakeDirty()
    {
        byte[] bitmap = new byte[8];
        memory.TakeProcessorDirty(bitmap);
        return bitmap[0];
    }
}
