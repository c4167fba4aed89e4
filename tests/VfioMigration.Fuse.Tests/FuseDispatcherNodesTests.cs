using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>LOOKUP, FORGET, BATCH_FORGET, GETATTR, SETATTR, READLINK.</summary>
public sealed class FuseDispatcherNodesTests : IDisposable
{
    private readonly FakeFileSystem fileSystem = new();
    private readonly FuseClient client;

    public FuseDispatcherNodesTests() => client = new FuseClient(fileSystem);

    public void Dispose() => client.Dispose();

    [Fact]
    public void Lookup_AnswersTheEntryWithALongLifetime()
    {
        FuseEntryOut entry = client.Send(FuseMessage.Lookup("name", node: 3)).Read<FuseEntryOut>();

        Assert.Equal(["Lookup 3 name"], fileSystem.Calls);
        Assert.Equal(77ul, entry.NodeId);
        Assert.Equal(0ul, entry.Generation);
        Assert.True(entry.EntryValid > 1_000_000 && entry.AttrValid > 1_000_000);
    }

    [Fact]
    public void Lookup_OfMissingName_IsEnoentWithoutEntry()
    {
        fileSystem.Error = Errno.ENOENT;

        FuseAnswer answer = client.Send(FuseMessage.Lookup("name"));

        Assert.Equal(Errno.ENOENT, answer.Error);
        Assert.Empty(answer.Payload);
    }

    [Fact]
    public void Lookup_WithoutNul_IsEinval()
    {
        Assert.Equal(Errno.EINVAL, client.Send(FuseMessage.Request(FuseOpcode.FUSE_LOOKUP, "name"u8)).Error);
        Assert.Empty(fileSystem.Calls);
    }

    [Fact]
    public void Lookup_OfEmptyName_IsEinval() =>
        Assert.Equal(Errno.EINVAL, client.Send(FuseMessage.Request(FuseOpcode.FUSE_LOOKUP, "\0x\0"u8)).Error);

    [Fact]
    public void Lookup_TakesTheNameUpToTheFirstNul()
    {
        client.Send(FuseMessage.Request(FuseOpcode.FUSE_LOOKUP, "a\0b\0"u8));

        Assert.Equal(["Lookup 1 a"], fileSystem.Calls);
    }

    [Fact]
    public void Forget_GivesNoReply()
    {
        Assert.Equal(0, client.SendRaw(FuseMessage.Request(FuseOpcode.FUSE_FORGET, new FuseForgetIn { LookupCount = 4 }, node: 9)));
        Assert.Equal(["Forget 9 4"], fileSystem.Calls);
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public void BatchForget_WithAWrongCount_IsCutToTheEntriesSent(uint count)
    {
        Assert.Equal(0, client.SendRaw(TwoAndAHalf(count)));
        Assert.Equal(["Forget 8 1", "Forget 9 2"], fileSystem.Calls);
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(1u, 1)]
    public void BatchForget_TakesNoMoreThanItsCount(uint count, int taken)
    {
        Assert.Equal(0, client.SendRaw(TwoAndAHalf(count)));
        Assert.Equal(taken, fileSystem.Calls.Count);
    }

    [Fact]
    public void Getattr_AnswersTheAttributesOfTheNode()
    {
        byte[] request = FuseMessage.Request(FuseOpcode.FUSE_GETATTR, default(FuseGetattrIn), node: 12);

        FuseAttrOut answer = client.Send(request).Read<FuseAttrOut>();

        Assert.Equal(12ul, answer.Attr.Ino);
        Assert.True(answer.AttrValid > 1_000_000);
    }

    [Fact]
    public void Getattr_OfUnknownNode_IsItsErrno()
    {
        fileSystem.Error = Errno.ESTALE;

        Assert.Equal(Errno.ESTALE, client.Send(FuseMessage.Request(FuseOpcode.FUSE_GETATTR, default(FuseGetattrIn))).Error);
    }

    [Fact]
    public void Setattr_PassesTheRequestOn()
    {
        var change = new FuseSetattrIn { Valid = FuseSetattrValid.FATTR_MODE, Mode = FileModes.Octal(644) };

        FuseAttrOut answer = client.Send(FuseMessage.Request(FuseOpcode.FUSE_SETATTR, change, node: 6)).Read<FuseAttrOut>();

        Assert.Equal(["SetAttributes 6 FATTR_MODE"], fileSystem.Calls);
        Assert.Equal(FileModes.Octal(644), answer.Attr.Mode);
    }

    [Fact]
    public void Setattr_ThatIsRefused_IsItsErrno()
    {
        fileSystem.Error = Errno.EPERM;

        Assert.Equal(Errno.EPERM, client.Send(FuseMessage.Request(FuseOpcode.FUSE_SETATTR, default(FuseSetattrIn))).Error);
    }

    [Fact]
    public void Readlink_AnswersTheTextWithoutNul()
    {
        fileSystem.Content = "../target"u8.ToArray();

        Assert.Equal("../target", client.Send(FuseMessage.Request(FuseOpcode.FUSE_READLINK, node: 2)).Text);
    }

    [Fact]
    public void Readlink_OfSomethingElse_IsItsErrno()
    {
        fileSystem.Error = Errno.EINVAL;

        Assert.Equal(Errno.EINVAL, client.Send(FuseMessage.Request(FuseOpcode.FUSE_READLINK)).Error);
    }

    private static byte[] TwoAndAHalf(uint count) => FuseMessage.Request(
        FuseOpcode.FUSE_BATCH_FORGET,
        new FuseBatchForgetIn { Count = count },
        [
            .. FuseMessage.BytesOf(new FuseForgetOne { NodeId = 8, LookupCount = 1 }),
            .. FuseMessage.BytesOf(new FuseForgetOne { NodeId = 9, LookupCount = 2 }),
            .. new byte[8],
        ]);
}
