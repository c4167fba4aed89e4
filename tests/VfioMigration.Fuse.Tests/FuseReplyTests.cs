using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseReplyTests
{
    private readonly byte[] buffer = new byte[256];

    [Fact]
    public void Error_IsAHeaderWithTheNegativeErrno()
    {
        int length = new FuseReply(9, buffer).Error(Errno.ENOENT);

        Assert.Equal(FuseReply.HeaderSize, length);
        FuseAnswer answer = FuseAnswer.Parse(buffer.AsSpan(0, length));
        Assert.Equal((-2, 9ul), (answer.Header.Error, answer.Unique));
    }

    [Fact]
    public void ErrorNone_IsSuccess()
    {
        int length = new FuseReply(9, buffer).Error(Errno.None);

        Assert.Equal(0, FuseAnswer.Parse(buffer.AsSpan(0, length)).Header.Error);
    }

    [Theory]
    [InlineData(524, -95)]
    [InlineData(512, -5)]
    [InlineData(-1, -5)]
    [InlineData(511, -511)]
    public void Error_IsClamped(int errno, int sent)
    {
        int length = new FuseReply(9, buffer).Error((Errno)errno);

        Assert.Equal(sent, FuseAnswer.Parse(buffer.AsSpan(0, length)).Header.Error);
    }

    [Fact]
    public void Bytes_SendsThePayloadInPlace()
    {
        var reply = new FuseReply(9, buffer);
        "hello"u8.CopyTo(reply.Payload);

        int length = reply.Bytes(5);

        Assert.Equal("hello", FuseAnswer.Parse(buffer.AsSpan(0, length)).Text);
    }

    [Fact]
    public void Bytes_OfFailure_IsTheErrno()
    {
        int length = new FuseReply(9, buffer).Bytes((Result<int>)Errno.EAGAIN);

        Assert.Equal(Errno.EAGAIN, FuseAnswer.Parse(buffer.AsSpan(0, length)).Error);
        Assert.Equal(FuseReply.HeaderSize, length);
    }

    [Fact]
    public void Value_IsTheStructure()
    {
        int length = new FuseReply(9, buffer).Value(new FuseWriteOut { Size = 17 });

        FuseAnswer answer = FuseAnswer.Parse(buffer.AsSpan(0, length));
        Assert.Equal(new FuseWriteOut { Size = 17 }, answer.Read<FuseWriteOut>());
        Assert.Equal(8, answer.Payload.Length);
    }

    [Fact]
    public void Payload_IsTheBufferAfterTheHeader() =>
        Assert.Equal(buffer.Length - FuseReply.HeaderSize, new FuseReply(1, buffer).Payload.Length);
}
