using System.Runtime.InteropServices;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseRequestTests
{
    [Fact]
    public void WholeMessage_IsParsed()
    {
        byte[] message = FuseMessage.Request(FuseOpcode.FUSE_READ, "body"u8, node: 3, unique: 8);

        Assert.True(FuseRequest.TryParse(message, out FuseRequest request));

        Assert.Equal(FuseOpcode.FUSE_READ, request.Header.Opcode);
        Assert.Equal((3ul, 8ul), (request.Header.NodeId, request.Header.Unique));
        Assert.Equal("body"u8.ToArray(), request.Body.ToArray());
    }

    [Fact]
    public void BytesAfterTheMessage_AreNotItsBody()
    {
        byte[] message = [.. FuseMessage.Request(FuseOpcode.FUSE_READ, "body"u8), .. "rest"u8];

        Assert.True(FuseRequest.TryParse(message, out FuseRequest request));

        Assert.Equal("body"u8.ToArray(), request.Body.ToArray());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(39u)]
    [InlineData(45u)]
    [InlineData(uint.MaxValue)]
    public void LyingLength_IsRefused(uint length)
    {
        byte[] message = FuseMessage.Request(FuseOpcode.FUSE_READ, "body"u8);
        MemoryMarshal.Write(message, in length);

        Assert.False(FuseRequest.TryParse(message, out _));
    }

    [Fact]
    public void TooFewBytesForAHeader_AreRefused() => Assert.False(FuseRequest.TryParse(new byte[39], out _));

    [Fact]
    public void Structure_IsReadFromTheStartOfTheBody()
    {
        byte[] message = FuseMessage.Request(FuseOpcode.FUSE_FORGET, new FuseForgetIn { LookupCount = 6 }, "tail"u8);

        Assert.True(FuseRequest.TryParse(message, out FuseRequest request));

        Assert.Equal(6ul, request.Read<FuseForgetIn>().LookupCount);
        Assert.Equal("tail"u8.ToArray(), request.After<FuseForgetIn>().ToArray());
    }

    [Theory]
    [InlineData("", false, "")]
    [InlineData("abc", false, "")]
    [InlineData("\0", false, "")]
    [InlineData("abc\0", true, "abc")]
    [InlineData("a\0b\0", true, "a")]
    public void Name_EndsAtTheFirstNulAndIsNeverEmpty(string bytes, bool found, string name)
    {
        Assert.Equal(found, FuseRequest.TryReadName(System.Text.Encoding.UTF8.GetBytes(bytes), out ReadOnlySpan<byte> read));
        Assert.Equal(name, System.Text.Encoding.UTF8.GetString(read));
    }
}
