using VfioMigration.Fuse.Tests.Support;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>trusted.* and security.* are kept, nothing else.</summary>
public sealed class SysfsFileSystemExtendedAttributesTests : IDisposable
{
    private const uint Create = 1;
    private const uint Replace = 2;

    private readonly MountedTree tree = new();
    private readonly ulong node;

    public SysfsFileSystemExtendedAttributesTests() => node = tree.Lookup("devices/sample").NodeId;

    public void Dispose() => tree.Dispose();

    [Theory]
    [InlineData("trusted.a")]
    [InlineData("security.selinux")]
    public void KeptName_ComesBack(string name)
    {
        Assert.Equal(Errno.None, Set(name, "value"));

        Assert.Equal("value", Get(name, 100).Text);
        Assert.Equal(5u, Get(name, 0).Read<FuseGetxattrOut>().Size);
        Assert.Equal(Errno.ERANGE, Get(name, 4).Error);
    }

    [Theory]
    [InlineData("user.a", Errno.ENODATA)]
    [InlineData("system.posix_acl_access", Errno.EOPNOTSUPP)]
    [InlineData("other", Errno.EOPNOTSUPP)]
    public void OtherName_IsRefused(string name, Errno onGet)
    {
        Assert.Equal(Errno.EOPNOTSUPP, Set(name, "value"));
        Assert.Equal(Errno.EOPNOTSUPP, Remove(name));
        Assert.Equal(onGet, Get(name, 100).Error);
    }

    [Fact]
    public void MissingName_IsEnodata()
    {
        Assert.Equal(Errno.ENODATA, Get("trusted.a", 100).Error);
        Assert.Equal(Errno.ENODATA, Remove("trusted.a"));
        Assert.Equal(Errno.ENODATA, Set("trusted.a", "x", Replace));
    }

    [Fact]
    public void CreateOfExistingName_IsEexistAndKeepsTheValue()
    {
        Set("trusted.a", "old");

        Assert.Equal(Errno.EEXIST, Set("trusted.a", "new", Create));

        Assert.Equal("old", Get("trusted.a", 100).Text);
    }

    [Fact]
    public void ReplaceOfExistingName_ChangesTheValue()
    {
        Set("trusted.a", "old");

        Assert.Equal(Errno.None, Set("trusted.a", "newer", Replace));

        Assert.Equal("newer", Get("trusted.a", 100).Text);
    }

    [Fact]
    public void List_HasTheNamesInOrderOfSetting()
    {
        Set("trusted.b", "1");
        Set("security.a", "2");
        Set("trusted.b", "3");

        Assert.Equal("trusted.b\0security.a\0", List(node, 100).Text);
        Assert.Equal(21u, List(node, 0).Read<FuseGetxattrOut>().Size);
        Assert.Equal(Errno.ERANGE, List(node, 20).Error);
    }

    [Fact]
    public void ListOfNone_IsEmpty()
    {
        Assert.Equal(0u, List(node, 0).Read<FuseGetxattrOut>().Size);
        Assert.Empty(List(node, 100).Payload);
    }

    [Fact]
    public void RemovedName_IsGone()
    {
        Set("trusted.a", "1");

        Assert.Equal(Errno.None, Remove("trusted.a"));

        Assert.Equal(Errno.ENODATA, Get("trusted.a", 100).Error);
    }

    [Fact]
    public void UnknownNode_HasNone()
    {
        Assert.Empty(List(999_999, 100).Payload);
        Assert.Equal(
            Errno.EOPNOTSUPP,
            tree.Send(FuseMessage.Request(FuseOpcode.FUSE_GETXATTR, default(FuseGetxattrIn), "trusted.a\0"u8, node: 999_999)).Error);
    }

    private FuseAnswer Get(string name, uint size) =>
        tree.Send(FuseMessage.Request(FuseOpcode.FUSE_GETXATTR, new FuseGetxattrIn { Size = size }, FuseMessage.Name(name), node));

    private FuseAnswer List(ulong of, uint size) =>
        tree.Send(FuseMessage.Request(FuseOpcode.FUSE_LISTXATTR, new FuseGetxattrIn { Size = size }, node: of));

    private Errno Set(string name, string value, uint flags = 0) => tree.Send(FuseMessage.Request(
        FuseOpcode.FUSE_SETXATTR,
        new FuseSetxattrIn { Size = (uint)value.Length, Flags = flags },
        [.. FuseMessage.Name(name), .. System.Text.Encoding.UTF8.GetBytes(value)],
        node)).Error;

    private Errno Remove(string name) => tree.Send(FuseMessage.Request(FuseOpcode.FUSE_REMOVEXATTR, FuseMessage.Name(name), node)).Error;
}
