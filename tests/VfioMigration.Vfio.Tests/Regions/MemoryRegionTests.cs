using VfioMigration.Uapi;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Regions;

public class MemoryRegionTests
{
    private readonly DeviceMemory memory = new(2 * Page.Size);
    private readonly MemoryRegion region;

    public MemoryRegionTests() => region = new MemoryRegion(memory);

    [Fact]
    public void Region_IsAsLargeAsTheMemoryAndMappable()
    {
        Assert.Equal((8192ul, 7u), (region.Size, (uint)region.Flags));
        Assert.True(region.Map(0, 8192).IsOk);
        region.Memory.Span[5] = 42;
        Assert.Equal(42, memory.Content[5]);
    }

    [Fact]
    public void Accesses_ReachTheMemoryAndMarkIt()
    {
        byte[] bytes = new byte[2];

        Assert.Equal(Errno.None, region.Write(4096, [1, 2]));
        Assert.Equal(Errno.None, region.Read(4096, bytes));

        Assert.Equal([1, 2], bytes);
        Assert.Equal(4096ul, memory.DirtyBytes);
    }

    [Fact]
    public void LoadedMemory_IsWhatTheRegionShows()
    {
        Memory<byte> loaded = new byte[8192];
        loaded.Span.Fill(9);
        memory.Exchange(loaded);

        Assert.True(region.Memory.Equals(loaded));
    }
}
