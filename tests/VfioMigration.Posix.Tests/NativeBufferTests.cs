using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VfioMigration.Posix.Tests;

public sealed class NativeBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(135168)]
    public void Span_HasTheLengthAndIsPageAligned(int length)
    {
        using var buffer = new NativeBuffer(length);

        Assert.Equal(length, buffer.Length);
        Assert.Equal(length, buffer.Span.Length);
        Assert.Equal(0, Alignment(buffer.Span));
    }

    [Fact]
    public void Span_KeepsWhatWasWritten()
    {
        using var buffer = new NativeBuffer(8192);

        buffer.Span.Fill(0xAB);

        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept((byte)0xAB));
    }

    [Fact]
    public void TwoBuffers_DoNotOverlap()
    {
        using var first = new NativeBuffer(4096);
        using var second = new NativeBuffer(4096);

        Assert.False(first.Span.Overlaps(second.Span));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void LengthThatIsNotPositive_IsRefused(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => new NativeBuffer(length));

    [Fact]
    public void DisposeTwice_FreesOnce()
    {
        var buffer = new NativeBuffer(4096);
        buffer.Dispose();

        Assert.Null(Record.Exception(buffer.Dispose));
    }

    private static long Alignment(Span<byte> span) =>
        (long)Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(span)) % 4096;
}
