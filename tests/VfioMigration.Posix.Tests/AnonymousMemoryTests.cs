using System.Buffers;

namespace VfioMigration.Posix.Tests;

public sealed class AnonymousMemoryTests
{
    private readonly AnonymousMemory system = new();

    [Fact]
    public void Memory_IsZeroAndKeepsWhatIsWritten()
    {
        using MemoryManager<byte> owner = system.Allocate(3 * 4096).Value;
        Span<byte> span = owner.Memory.Span;

        Assert.Equal(3 * 4096, span.Length);
        Assert.False(span.ContainsAnyExcept((byte)0));
        span[^1] = 42;
        Assert.Equal(42, owner.Memory.Span[^1]);
    }

    [Fact]
    public void LiveMappings_AreThoseThatAreNotDisposed()
    {
        IMemoryOwner<byte> first = system.Allocate(4096).Value;
        IMemoryOwner<byte> second = system.Allocate(4096).Value;
        Assert.Equal(2, system.LiveMappings);

        first.Dispose();
        first.Dispose();
        Assert.Equal(1, system.LiveMappings);
        second.Dispose();
        Assert.Equal(0, system.LiveMappings);
    }

    [Fact]
    public void DisposedMemory_GivesNoSpan()
    {
        IMemoryOwner<byte> owner = system.Allocate(1 << 20).Value;
        Memory<byte> memory = owner.Memory;
        owner.Dispose();

        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => memory.Pin());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Length_ThatIsNotPositive_Throws(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => system.Allocate(length));
}
