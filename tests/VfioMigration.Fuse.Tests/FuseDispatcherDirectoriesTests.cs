using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>OPENDIR, READDIR, READDIRPLUS, RELEASEDIR.</summary>
public sealed class FuseDispatcherDirectoriesTests : IDisposable
{
    private readonly FakeFileSystem fileSystem = new() { Entries = ["a", "longer name", "12345678"] };
    private readonly FuseClient client;

    public FuseDispatcherDirectoriesTests() => client = new FuseClient(fileSystem);

    public void Dispose() => client.Dispose();

    [Fact]
    public void Opendir_AnswersWithoutHandle()
    {
        FuseAnswer answer = client.Send(FuseMessage.Request(FuseOpcode.FUSE_OPENDIR, default(FuseOpenIn), node: 2));

        Assert.Equal(default, answer.Read<FuseOpenOut>());
        Assert.Equal(["OpenDirectory 2"], fileSystem.Calls);
    }

    [Fact]
    public void Opendir_OfFile_IsItsErrno()
    {
        fileSystem.Error = Errno.ENOTDIR;

        Assert.Equal(Errno.ENOTDIR, client.Send(FuseMessage.Request(FuseOpcode.FUSE_OPENDIR, default(FuseOpenIn))).Error);
    }

    [Fact]
    public void Releasedir_IsAnsweredWithSuccess() =>
        Assert.Equal(Errno.None, client.Send(FuseMessage.Request(FuseOpcode.FUSE_RELEASEDIR, default(FuseReleaseIn))).Error);

    [Theory]
    [InlineData(FuseOpcode.FUSE_READDIR, "plain")]
    [InlineData(FuseOpcode.FUSE_READDIRPLUS, "plus")]
    public void Readdir_OfEverything_AnswersAllEntriesInOrder(FuseOpcode opcode, string kind)
    {
        FuseAnswer answer = Read(opcode, 0, Page.Size);

        Assert.Equal(fileSystem.Entries, DirectoryListing.Names(answer.Payload, kind == "plus"));
        Assert.Equal([$"ReadDirectory 1 0 {kind}"], fileSystem.Calls);
    }

    [Theory]
    [InlineData(FuseOpcode.FUSE_READDIR)]
    [InlineData(FuseOpcode.FUSE_READDIRPLUS)]
    public void Readdir_WithTooLittleRoom_AnswersNothing(FuseOpcode opcode) => Assert.Empty(Read(opcode, 0, 31).Payload);

    [Fact]
    public void Readdir_ContinuesAtTheOffsetOfTheLastEntry()
    {
        DirectoryListing.Entry first = DirectoryListing.Parse(Read(FuseOpcode.FUSE_READDIR, 0, 32).Payload, plus: false).Single();

        Assert.Equal(
            fileSystem.Entries[1..],
            DirectoryListing.Names(Read(FuseOpcode.FUSE_READDIR, first.Offset, Page.Size).Payload, plus: false));
    }

    [Fact]
    public void Readdir_AtTheEnd_AnswersNothing() => Assert.Empty(Read(FuseOpcode.FUSE_READDIR, 3, Page.Size).Payload);

    [Fact]
    public void Readdir_WhoseSizeIsHuge_IsCutToTheBuffer() =>
        Assert.Equal(fileSystem.Entries, DirectoryListing.Names(Read(FuseOpcode.FUSE_READDIR, 0, uint.MaxValue).Payload, plus: false));

    [Fact]
    public void Readdir_ThatFails_IsItsErrnoWithoutEntries()
    {
        fileSystem.Error = Errno.ENOTDIR;

        FuseAnswer answer = Read(FuseOpcode.FUSE_READDIR, 0, Page.Size);

        Assert.Equal(Errno.ENOTDIR, answer.Error);
        Assert.Empty(answer.Payload);
    }

    [Fact]
    public void SetLifetime_CoversEntryAndAttributes()
    {
        var entry = default(FuseEntryOut);

        FuseDispatcher.SetLifetime(ref entry);

        Assert.True(entry.EntryValid > 1_000_000 && entry.AttrValid > 1_000_000);
    }

    private FuseAnswer Read(FuseOpcode opcode, ulong offset, uint size) =>
        client.Send(FuseMessage.Request(opcode, new FuseReadIn { Offset = offset, Size = size }));
}
