using System.Runtime.CompilerServices;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>What holds for every operation.</summary>
public sealed class FuseDispatcherTests : IDisposable
{
    private readonly FakeFileSystem fileSystem = new();
    private readonly FuseClient client;

    public FuseDispatcherTests() => client = new FuseClient(fileSystem);

    public void Dispose() => client.Dispose();

    public static TheoryData<FuseOpcode, int> SmallestBodies => new()
    {
        { FuseOpcode.FUSE_INIT, Unsafe.SizeOf<FuseInitIn>() },
        { FuseOpcode.FUSE_LOOKUP, 2 },
        { FuseOpcode.FUSE_GETATTR, Unsafe.SizeOf<FuseGetattrIn>() },
        { FuseOpcode.FUSE_SETATTR, Unsafe.SizeOf<FuseSetattrIn>() },
        { FuseOpcode.FUSE_OPEN, Unsafe.SizeOf<FuseOpenIn>() },
        { FuseOpcode.FUSE_READ, Unsafe.SizeOf<FuseReadIn>() },
        { FuseOpcode.FUSE_WRITE, Unsafe.SizeOf<FuseWriteIn>() },
        { FuseOpcode.FUSE_RELEASE, Unsafe.SizeOf<FuseReleaseIn>() },
        { FuseOpcode.FUSE_POLL, Unsafe.SizeOf<FusePollIn>() },
        { FuseOpcode.FUSE_IOCTL, Unsafe.SizeOf<FuseIoctlIn>() },
        { FuseOpcode.FUSE_OPENDIR, Unsafe.SizeOf<FuseOpenIn>() },
        { FuseOpcode.FUSE_READDIR, Unsafe.SizeOf<FuseReadIn>() },
        { FuseOpcode.FUSE_READDIRPLUS, Unsafe.SizeOf<FuseReadIn>() },
        { FuseOpcode.FUSE_RELEASEDIR, Unsafe.SizeOf<FuseReleaseIn>() },
        { FuseOpcode.FUSE_GETXATTR, Unsafe.SizeOf<FuseGetxattrIn>() },
        { FuseOpcode.FUSE_SETXATTR, Unsafe.SizeOf<FuseSetxattrIn>() },
        { FuseOpcode.FUSE_LISTXATTR, Unsafe.SizeOf<FuseGetxattrIn>() },
        { FuseOpcode.FUSE_REMOVEXATTR, 2 },
    };

    public static TheoryData<FuseOpcode> Throwing =>
    [
        FuseOpcode.FUSE_LOOKUP, FuseOpcode.FUSE_GETATTR, FuseOpcode.FUSE_SETATTR, FuseOpcode.FUSE_READLINK, FuseOpcode.FUSE_OPEN,
        FuseOpcode.FUSE_READ, FuseOpcode.FUSE_WRITE, FuseOpcode.FUSE_RELEASE, FuseOpcode.FUSE_POLL, FuseOpcode.FUSE_OPENDIR,
        FuseOpcode.FUSE_READDIR, FuseOpcode.FUSE_READDIRPLUS, FuseOpcode.FUSE_GETXATTR, FuseOpcode.FUSE_SETXATTR,
        FuseOpcode.FUSE_LISTXATTR, FuseOpcode.FUSE_REMOVEXATTR,
    ];

    [Theory]
    [MemberData(nameof(SmallestBodies))]
    public void BodyOneByteTooShort_IsEinvalAndReachesNoHandler(FuseOpcode opcode, int smallest)
    {
        FuseAnswer answer = client.Send(FuseMessage.Request(opcode, new byte[smallest - 1]));

        Assert.Equal(Errno.EINVAL, answer.Error);
        Assert.Empty(answer.Payload);
        Assert.Empty(fileSystem.Calls);
    }

    [Theory]
    [InlineData(FuseOpcode.FUSE_FORGET, 7)]
    [InlineData(FuseOpcode.FUSE_BATCH_FORGET, 7)]
    public void ShortBodyOfSilentRequest_IsIgnoredWithoutReply(FuseOpcode opcode, int length)
    {
        Assert.Equal(0, client.SendRaw(FuseMessage.Request(opcode, new byte[length])));
        Assert.Empty(fileSystem.Calls);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData((uint)FuseOpcode.FUSE_STATX)]
    [InlineData(63u)]
    [InlineData(64u)]
    [InlineData(4096u)]
    [InlineData(uint.MaxValue)]
    public void UnknownOpcode_IsEnosys(uint opcode)
    {
        FuseAnswer answer = client.Send(FuseMessage.Request((FuseOpcode)opcode, new byte[64]));

        Assert.Equal(Errno.ENOSYS, answer.Error);
        Assert.Equal(FuseMessage.DefaultUnique, answer.Unique);
    }

    [Theory]
    [InlineData(1, Errno.EPERM)]
    [InlineData(511, (Errno)511)]
    [InlineData(512, Errno.EIO)]
    [InlineData(524, Errno.EOPNOTSUPP)]
    [InlineData(600, Errno.EIO)]
    [InlineData(-22, Errno.EIO)]
    public void ErrnoOfHandler_IsClampedToWhatTheKernelAccepts(int given, Errno sent)
    {
        fileSystem.Error = (Errno)given;

        FuseAnswer answer = client.Send(FuseMessage.Lookup("a"));

        Assert.Equal(sent, answer.Error);
        Assert.Empty(answer.Payload);
    }

    [Theory]
    [MemberData(nameof(Throwing))]
    public void ThrowingHandler_IsEioWithTheSameUnique(FuseOpcode opcode)
    {
        fileSystem.Bug = new InvalidOperationException("bug");
        byte[] body = new byte[128];
        body.AsSpan(0, 16).Fill(opcode is FuseOpcode.FUSE_LOOKUP or FuseOpcode.FUSE_REMOVEXATTR ? (byte)'n' : (byte)0);
        body[8] = (byte)'n'; // The name of the xattr requests; a handle or an offset elsewhere.

        FuseAnswer answer = client.Send(FuseMessage.Request(opcode, body, unique: 99));

        Assert.Equal(Errno.EIO, answer.Error);
        Assert.Equal(99u, answer.Unique);
        Assert.Empty(answer.Payload);
        Assert.Single(fileSystem.Calls);
    }

    [Fact]
    public void ThrowingHandlerOfSilentRequest_GivesNoReply()
    {
        fileSystem.Bug = new InvalidOperationException("bug");

        Assert.Equal(0, client.SendRaw(FuseMessage.Request(FuseOpcode.FUSE_FORGET, new FuseForgetIn { LookupCount = 1 })));
        Assert.Single(fileSystem.Calls);
    }

    [Fact]
    public void ThrowingHandler_IsLogged()
    {
        var logger = new RecordingLogger();
        using var logged = new FuseClient(fileSystem, logger);
        fileSystem.Bug = new InvalidOperationException("bug");

        logged.Send(FuseMessage.Lookup("a", node: 3));

        Assert.Equal(1, logger.Count("FUSE_LOOKUP request 42 on node 3"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(39)]
    public void MessageWithoutWholeHeader_GivesNoReply(int length) => Assert.Equal(0, client.SendRaw(new byte[length]));

    [Theory]
    [InlineData(FuseOpcode.FUSE_READ, true)]
    [InlineData(FuseOpcode.FUSE_WRITE, true)]
    [InlineData(FuseOpcode.FUSE_LOOKUP, false)]
    [InlineData(FuseOpcode.FUSE_GETATTR, false)]
    [InlineData(FuseOpcode.FUSE_READDIR, false)]
    [InlineData(FuseOpcode.FUSE_RELEASE, false)]
    [InlineData((FuseOpcode)5000, false)]
    public void OnlyReadAndWrite_MayBlock(FuseOpcode opcode, bool blocks) => Assert.Equal(blocks, client.Dispatcher.MayBlock(opcode));
}
