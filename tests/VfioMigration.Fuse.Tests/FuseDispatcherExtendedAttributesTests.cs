using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>GETXATTR, SETXATTR, LISTXATTR, REMOVEXATTR.</summary>
public sealed class FuseDispatcherExtendedAttributesTests : IDisposable
{
    private readonly FakeFileSystem fileSystem = new() { Content = "four"u8.ToArray() };
    private readonly FuseClient client;

    public FuseDispatcherExtendedAttributesTests() => client = new FuseClient(fileSystem);

    public void Dispose() => client.Dispose();

    [Fact]
    public void Get_WithoutRoom_AnswersTheSize()
    {
        FuseAnswer answer = Get(0);

        Assert.Equal(new FuseGetxattrOut { Size = 4 }, answer.Read<FuseGetxattrOut>());
        Assert.Equal(["GetExtendedAttribute 1 trusted.a 0"], fileSystem.Calls);
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(65536u)]
    public void Get_WithRoom_AnswersTheValue(uint size) => Assert.Equal("four", Get(size).Text);

    [Fact]
    public void Get_WithTooLittleRoom_IsErange() => Assert.Equal(Errno.ERANGE, Get(3).Error);

    [Theory]
    [InlineData(0u)]
    [InlineData(100u)]
    public void Get_OfMissing_IsItsErrno(uint size)
    {
        fileSystem.Error = Errno.ENODATA;

        FuseAnswer answer = Get(size);

        Assert.Equal(Errno.ENODATA, answer.Error);
        Assert.Empty(answer.Payload);
    }

    [Fact]
    public void Get_WhoseSizeIsHuge_IsCutToTheBuffer() => Assert.Equal("four", Get(uint.MaxValue).Text);

    [Fact]
    public void Get_WithoutNul_IsEinval()
    {
        Assert.Equal(
            Errno.EINVAL,
            client.Send(FuseMessage.Request(FuseOpcode.FUSE_GETXATTR, default(FuseGetxattrIn), "trusted.a"u8)).Error);
        Assert.Empty(fileSystem.Calls);
    }

    [Fact]
    public void List_WithoutRoom_AnswersTheSize() => Assert.Equal(4u, List(0).Read<FuseGetxattrOut>().Size);

    [Fact]
    public void List_WithRoom_AnswersTheNames() => Assert.Equal("four", List(100).Text);

    [Fact]
    public void List_WithTooLittleRoom_IsErange() => Assert.Equal(Errno.ERANGE, List(2).Error);

    [Fact]
    public void Set_PassesNameValueAndFlags()
    {
        Assert.Equal(Errno.None, Set(new FuseSetxattrIn { Size = 3, Flags = 1 }, "trusted.a\0val"u8).Error);
        Assert.Equal(["SetExtendedAttribute 1 trusted.a val 1"], fileSystem.Calls);
    }

    [Fact]
    public void Set_OfEmptyValue_IsAccepted()
    {
        Set(default, "trusted.a\0"u8);

        Assert.Equal(["SetExtendedAttribute 1 trusted.a  0"], fileSystem.Calls);
    }

    [Fact]
    public void Set_OfBinaryValue_KeepsItsNuls()
    {
        Set(new FuseSetxattrIn { Size = 3 }, "trusted.a\0a\0b"u8);

        Assert.Equal(["SetExtendedAttribute 1 trusted.a a\0b 0"], fileSystem.Calls);
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(uint.MaxValue)]
    public void Set_WithAWrongSize_IsEinval(uint size)
    {
        Assert.Equal(Errno.EINVAL, Set(new FuseSetxattrIn { Size = size }, "trusted.a\0val"u8).Error);
        Assert.Empty(fileSystem.Calls);
    }

    [Fact]
    public void Set_WithoutNul_IsEinval() => Assert.Equal(Errno.EINVAL, Set(default, "trusted.a"u8).Error);

    [Fact]
    public void Remove_PassesTheName()
    {
        Assert.Equal(Errno.None, client.Send(FuseMessage.Request(FuseOpcode.FUSE_REMOVEXATTR, "trusted.a\0"u8, node: 3)).Error);
        Assert.Equal(["RemoveExtendedAttribute 3 trusted.a"], fileSystem.Calls);
    }

    [Fact]
    public void Remove_WithoutNul_IsEinval() =>
        Assert.Equal(Errno.EINVAL, client.Send(FuseMessage.Request(FuseOpcode.FUSE_REMOVEXATTR, "trusted.a"u8)).Error);

    private FuseAnswer Get(uint size) =>
        client.Send(FuseMessage.Request(FuseOpcode.FUSE_GETXATTR, new FuseGetxattrIn { Size = size }, "trusted.a\0"u8));

    private FuseAnswer List(uint size) => client.Send(FuseMessage.Request(FuseOpcode.FUSE_LISTXATTR, new FuseGetxattrIn { Size = size }));

    private FuseAnswer Set(FuseSetxattrIn header, ReadOnlySpan<byte> rest) =>
        client.Send(FuseMessage.Request(FuseOpcode.FUSE_SETXATTR, header, rest));
}
