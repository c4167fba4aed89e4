using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>INIT, DESTROY, STATFS.</summary>
public sealed class FuseDispatcherSessionTests : IDisposable
{
    private readonly FakeFileSystem fileSystem = new();
    private readonly FuseClient client;

    public FuseDispatcherSessionTests() => client = new FuseClient(fileSystem);

    public void Dispose() => client.Dispose();

    [Fact]
    public void Init_AnswersTheSmallerMinorAndOwnLimits()
    {
        FuseInitOut answer = Init(new FuseInitIn { Major = 7, Minor = 31, MaxReadahead = 12345 }).Read<FuseInitOut>();

        Assert.Equal((7u, 31u), (answer.Major, answer.Minor));
        Assert.Equal(12345u, answer.MaxReadahead);
        Assert.Equal(FuseNegotiation.WantedMaxWrite, answer.MaxWrite);
        Assert.Equal(FuseNegotiation.WantedMaxWrite / Page.Size, answer.MaxPages);
    }

    [Fact]
    public void Init_OfNewerMinor_AnswersOwn() =>
        Assert.Equal(
            FuseProtocol.FUSE_KERNEL_MINOR_VERSION,
            Init(new FuseInitIn { Major = 7, Minor = 1000 }).Read<FuseInitOut>().Minor);

    [Theory]
    [InlineData(12u, 24)]
    [InlineData(22u, 24)]
    [InlineData(23u, 64)]
    [InlineData(45u, 64)]
    public void Init_ReplyHasTheSizeOfTheMinor(uint minor, int size) =>
        Assert.Equal(size, Init(new FuseInitIn { Major = 7, Minor = minor }).Payload.Length);

    [Theory]
    [InlineData(0u)]
    [InlineData(6u)]
    public void Init_OfOlderMajor_IsEproto(uint major)
    {
        Assert.Equal(Errno.EPROTO, Init(new FuseInitIn { Major = major, Minor = 99 }).Error);
        Assert.Null(fileSystem.Negotiated);
    }

    [Fact]
    public void Init_OfNewerMajor_AnswersOnlyTheVersion()
    {
        FuseAnswer answer = Init(new FuseInitIn { Major = 8, Minor = 3, Flags = uint.MaxValue, MaxReadahead = 9 });

        Assert.Equal(Errno.None, answer.Error);
        Assert.Equal(
            FuseMessage.BytesOf(new FuseInitOut { Major = 7, Minor = FuseProtocol.FUSE_KERNEL_MINOR_VERSION }),
            answer.Payload);
        Assert.Null(fileSystem.Negotiated);
    }

    [Fact]
    public void Init_FlagsAreTheIntersection()
    {
        Quietly.Check(FsCheck.Fluent.Gen.Choose(int.MinValue, int.MaxValue), offered =>
        {
            FuseInitOut answer = Init(new FuseInitIn { Major = 7, Minor = 45, Flags = (uint)offered }).Read<FuseInitOut>();

            Assert.Equal((uint)offered & unchecked((uint)FuseNegotiation.Wanted), answer.Flags);
        });
    }

    [Theory]
    [InlineData(FuseInitFlags.FUSE_INIT_EXT)]
    [InlineData(FuseInitFlags.None)]
    public void Init_Flags2IsNeverMoreThanWanted(FuseInitFlags extension)
    {
        FuseInitOut answer = Init(new FuseInitIn { Major = 7, Minor = 45, Flags = (uint)extension }, rest: 0xFFFFFFFF).Read<FuseInitOut>();

        Assert.Equal(extension == FuseInitFlags.FUSE_INIT_EXT ? (uint)((ulong)FuseNegotiation.Wanted >> 32) : 0, answer.Flags2);
        Assert.Equal((uint)extension, answer.Flags);
        Assert.Equal(extension == FuseInitFlags.FUSE_INIT_EXT ? 1U : 0, answer.MaxStackDepth);
    }

    [Fact]
    public void Init_WithExtensionFlagButWithoutItsBytes_IsAccepted() =>
        Assert.Equal(Errno.None, client.Send(FuseMessage.Request(
            FuseOpcode.FUSE_INIT,
            new FuseInitIn { Major = 7, Minor = 45, Flags = (uint)FuseInitFlags.FUSE_INIT_EXT })).Error);

    [Fact]
    public void Init_TellsTheFileSystemWhatWasSettled()
    {
        Init(new FuseInitIn { Major = 7, Minor = 40, Flags = (uint)FuseInitFlags.FUSE_BIG_WRITES });

        Assert.Equal(new FuseNegotiation(40, FuseInitFlags.FUSE_BIG_WRITES, FuseNegotiation.WantedMaxWrite), fileSystem.Negotiated);
        Assert.Equal(fileSystem.Negotiated, client.Dispatcher.Negotiation);
    }

    [Fact]
    public void BeforeInit_NothingIsNegotiated() => Assert.Same(FuseNegotiation.Unnegotiated, client.Dispatcher.Negotiation);

    [Fact]
    public void Destroy_IsAnsweredWithSuccess()
    {
        FuseAnswer answer = client.Send(FuseMessage.Request(FuseOpcode.FUSE_DESTROY));

        Assert.Equal(Errno.None, answer.Error);
        Assert.Empty(answer.Payload);
    }

    [Fact]
    public void Statfs_ShowsPagesAndNameLength()
    {
        FuseStatfsOut answer = client.Send(FuseMessage.Request(FuseOpcode.FUSE_STATFS)).Read<FuseStatfsOut>();

        Assert.Equal((4096u, 4096u, 255u), (answer.BlockSize, answer.FragmentSize, answer.NameLength));
        Assert.Equal(0ul, answer.Blocks);
    }

    private FuseAnswer Init(FuseInitIn init, uint rest = 0) =>
        client.Send(FuseMessage.Request(FuseOpcode.FUSE_INIT, init, [.. BitConverter.GetBytes(rest), .. new byte[44]]));
}
