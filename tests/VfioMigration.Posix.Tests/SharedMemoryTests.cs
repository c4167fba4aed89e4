using Mono.Unix.Native;

namespace VfioMigration.Posix.Tests;

public sealed class SharedMemoryTests
{
    [Fact]
    public void Memory_IsWhatTheFileHolds()
    {
        SharedMemory memory = SharedMemory.Create("test", 8192).Value;
        memory.Memory.Span[8191] = 42;
        byte[] read = new byte[8193];

        using var stream = new FileStream($"/proc/self/fd/{memory.File.Number}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.Equal(8192, stream.Read(read));
        Assert.Equal(42, read[8191]);
        stream.Position = 0;
        stream.Write([7]);
        stream.Flush();
        Assert.Equal(7, memory.Memory.Span[0]);
    }

    /// <summary>A holder of the file could otherwise truncate the pages under the mapping.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(16384)]
    public void File_CanNeitherShrinkNorGrow(long length)
    {
        SharedMemory memory = SharedMemory.Create("test", 8192).Value;

        Assert.Equal(-1, Syscall.ftruncate(memory.File.Number, length));
        Assert.Equal(Errno.EPERM, Stdlib.GetLastError());
    }

    [Fact]
    public void Pin_IsTheMemoryItself()
    {
        SharedMemory memory = SharedMemory.Create("test", 4096).Value;

        using System.Buffers.MemoryHandle pinned = memory.Memory[100..].Pin();
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Pin(4097));
    }

    [Fact]
    public void NoLength_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemory.Create("test", 0));
}
