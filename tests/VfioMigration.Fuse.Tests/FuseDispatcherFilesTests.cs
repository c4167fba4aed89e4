using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>OPEN, READ, WRITE, RELEASE, POLL, IOCTL.</summary>
public sealed class FuseDispatcherFilesTests : IDisposable
{
    private readonly FakeFileSystem fileSystem = new();
    private readonly FuseClient client;

    public FuseDispatcherFilesTests() => client = new FuseClient(fileSystem);

    public void Dispose() => client.Dispose();

    [Fact]
    public void Open_PassesTheFlagsAndAnswersTheHandle()
    {
        FuseAnswer answer = client.Send(FuseMessage.Request(
            FuseOpcode.FUSE_OPEN,
            new FuseOpenIn { Flags = (uint)(OpenFlags.O_WRONLY | OpenFlags.O_TRUNC) },
            node: 4));

        Assert.Equal(["Open 4 O_WRONLY, O_TRUNC"], fileSystem.Calls);
        Assert.Equal(5ul, answer.Read<FuseOpenOut>().Handle);
    }

    [Fact]
    public void Open_ThatIsRefused_IsItsErrno()
    {
        fileSystem.Error = Errno.EACCES;

        Assert.Equal(Errno.EACCES, client.Send(FuseMessage.Request(FuseOpcode.FUSE_OPEN, default(FuseOpenIn))).Error);
    }

    [Fact]
    public void Read_AnswersTheBytes()
    {
        fileSystem.Content = "value\n"u8.ToArray();

        Assert.Equal("value\n", client.Send(FuseMessage.Read(5, offset: 6, size: 100)).Text);
        Assert.Equal(["Read 5 6 100"], fileSystem.Calls);
    }

    [Fact]
    public void Read_OfMoreThanTheBuffer_IsCutToIt()
    {
        client.Send(FuseMessage.Read(5, size: uint.MaxValue));

        Assert.Equal([$"Read 5 0 {FuseNegotiation.WantedMaxWrite + Page.Size - FuseReply.HeaderSize}"], fileSystem.Calls);
    }

    [Fact]
    public void Read_AtNegativeOffset_IsEinval()
    {
        Assert.Equal(Errno.EINVAL, client.Send(FuseMessage.Read(5, offset: 1ul << 63)).Error);
        Assert.Empty(fileSystem.Calls);
    }

    [Fact]
    public void Read_HandsOverTheCall()
    {
        CancellationToken token = default;
        fileSystem.OnRead = (call, _) =>
        {
            token = call.Interrupted;
            return 0;
        };

        client.Send(FuseMessage.Read(5));

        Assert.True(token.CanBeCanceled);
    }

    [Fact]
    public void Write_AnswersTheBytesTaken()
    {
        fileSystem.BytesTaken = 3;

        FuseAnswer answer = client.Send(FuseMessage.Write(5, "hello"u8, offset: 7));

        Assert.Equal(["Write 5 7 hello"], fileSystem.Calls);
        Assert.Equal(3u, answer.Read<FuseWriteOut>().Size);
    }

    [Fact]
    public void Write_OfZeroBytes_IsAccepted()
    {
        Assert.Equal(Errno.None, client.Send(FuseMessage.Write(5, default)).Error);
        Assert.Equal(["Write 5 0 "], fileSystem.Calls);
    }

    [Theory]
    [InlineData(6u)]
    [InlineData(uint.MaxValue)]
    public void Write_WhoseSizeIsMoreThanWasSent_IsEinval(uint size)
    {
        FuseAnswer answer = client.Send(FuseMessage.Request(FuseOpcode.FUSE_WRITE, new FuseWriteIn { Size = size }, "hello"u8));

        Assert.Equal(Errno.EINVAL, answer.Error);
        Assert.Empty(fileSystem.Calls);
    }

    [Fact]
    public void Write_WhoseSizeIsLessThanWasSent_IsCutToIt()
    {
        client.Send(FuseMessage.Request(FuseOpcode.FUSE_WRITE, new FuseWriteIn { Size = 2 }, "hello"u8));

        Assert.Equal(["Write 0 0 he"], fileSystem.Calls);
    }

    [Fact]
    public void Write_ThatFails_IsItsErrno()
    {
        fileSystem.Error = Errno.ENOSPC;

        FuseAnswer answer = client.Send(FuseMessage.Write(5, "x"u8));

        Assert.Equal(Errno.ENOSPC, answer.Error);
        Assert.Empty(answer.Payload);
    }

    [Fact]
    public void Release_IsAnsweredWithSuccess()
    {
        Assert.Equal(Errno.None, client.Send(FuseMessage.Request(FuseOpcode.FUSE_RELEASE, new FuseReleaseIn { Handle = 5 })).Error);
        Assert.Equal(["Release 5"], fileSystem.Calls);
    }

    [Fact]
    public void Poll_WithScheduleFlag_HandsOverTheKernelHandle()
    {
        fileSystem.Ready = PollEvents.POLLIN | PollEvents.POLLPRI;

        FuseAnswer answer = client.Send(FuseMessage.Request(
            FuseOpcode.FUSE_POLL,
            new FusePollIn { Handle = 5, KernelHandle = 88, Flags = FuseProtocol.FUSE_POLL_SCHEDULE_NOTIFY }));

        Assert.Equal(["Poll 5 88"], fileSystem.Calls);
        Assert.Equal(PollEvents.POLLIN | PollEvents.POLLPRI, answer.Read<FusePollOut>().Events);
    }

    [Fact]
    public void Poll_WithoutScheduleFlag_HandsOverNoKernelHandle()
    {
        client.Send(FuseMessage.Request(FuseOpcode.FUSE_POLL, new FusePollIn { Handle = 5, KernelHandle = 88 }));

        Assert.Equal(["Poll 5 -"], fileSystem.Calls);
    }

    [Fact]
    public void Poll_OfUnknownHandle_IsItsErrno()
    {
        fileSystem.Error = Errno.EBADF;

        Assert.Equal(Errno.EBADF, client.Send(FuseMessage.Request(FuseOpcode.FUSE_POLL, default(FusePollIn))).Error);
    }

    [Fact]
    public void Ioctl_IsEnotty() =>
        Assert.Equal(-(int)Errno.ENOTTY, client.Send(FuseMessage.Request(FuseOpcode.FUSE_IOCTL, new FuseIoctlIn { Command = 0x3B64 })).Read<FuseIoctlOut>().Result);
}
