using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

public class ArrayDmaMemoryTests
{
    [Fact]
    public void Write_IsSeenInTheArrayAndReadBack()
    {
        byte[] bytes = new byte[8];
        var memory = new ArrayDmaMemory(bytes.AsMemory(1, 6));
        byte[] read = new byte[2];

        Assert.Equal(6UL, memory.Length);
        Assert.Equal(Errno.None, memory.Write(4, [1, 2]));
        Assert.Equal(Errno.None, memory.Read(4, read));
        Assert.Equal([0, 0, 0, 0, 0, 1, 2, 0], bytes);
        Assert.Equal([1, 2], read);
    }
}
