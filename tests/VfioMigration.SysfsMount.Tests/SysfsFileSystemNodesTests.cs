using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>LOOKUP, FORGET, GETATTR, SETATTR, READLINK and extended attributes.</summary>
public sealed class SysfsFileSystemNodesTests : IDisposable
{
    private readonly MountedTree tree = new();

    public SysfsFileSystemNodesTests() => tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadWrite("value")));

    public void Dispose() => tree.Dispose();

    [Fact]
    public void FreshMount_KnowsTheRootOnly() => Assert.Equal(1, tree.FileSystem.KnownNodes);

    [Fact]
    public void Lookup_IsCountedUntilForgotten()
    {
        FuseEntryOut devices = tree.Lookup("devices");
        tree.Lookup("devices");
        Assert.Equal(2, tree.FileSystem.KnownNodes);

        tree.Forget(devices.NodeId, 1);
        Assert.Equal(2, tree.FileSystem.KnownNodes);
        tree.Forget(devices.NodeId, 1);
        Assert.Equal(1, tree.FileSystem.KnownNodes);
    }

    [Fact]
    public void Root_IsNeverForgotten()
    {
        tree.Forget(FuseProtocol.FUSE_ROOT_ID, 1000);

        Assert.Equal(Errno.None, tree.Getattr(FuseProtocol.FUSE_ROOT_ID).Error);
    }

    [Fact]
    public void FailedLookup_IsNotCounted()
    {
        Assert.Equal(Errno.ENOENT, tree.LookupError(1, "missing"));

        Assert.Equal(1, tree.FileSystem.KnownNodes);
    }

    [Theory]
    [InlineData(255, Errno.ENOENT)]
    [InlineData(256, Errno.ENAMETOOLONG)]
    public void LookupOfLongName_IsEnametoolongBeyondNameMax(int length, Errno errno) =>
        Assert.Equal(errno, tree.LookupError(1, new string('n', length)));

    [Fact]
    public void LookupInAFile_IsEnoent() => Assert.Equal(Errno.ENOENT, tree.LookupError(tree.Lookup("devices/sample/value").NodeId, "x"));

    [Fact]
    public void LookupInUnknownNode_IsEnoent() => Assert.Equal(Errno.ENOENT, tree.LookupError(999_999, "x"));

    [Fact]
    public void AttributeFile_LooksLikeSysfs()
    {
        FuseAttr value = tree.Lookup("devices/sample/value").Attr;

        Assert.Equal((4096ul, 0ul, 4096u), (value.Size, value.Blocks, value.Blksize));
        Assert.Equal((0x81A4u, 1u), (value.Mode, value.Nlink));
        Assert.Equal((0u, 0u), (value.Uid, value.Gid));
    }

    [Fact]
    public void Directory_HasALinkPerSubdirectory()
    {
        tree.Core.CreateDirectory(tree.Sample, "a");
        tree.Core.CreateDirectory(tree.Sample, "b");

        FuseAttr sample = tree.Lookup("devices/sample").Attr;

        Assert.Equal((0x41EDu, 4u, 0ul), (sample.Mode, sample.Nlink, sample.Size));
    }

    [Fact]
    public void Link_HasSizeZeroAndARelativeTarget()
    {
        DriverCore.CreateLink(tree.Core.Classes, "link", tree.Sample);

        FuseEntryOut link = tree.Lookup("class/link");

        Assert.Equal((0xA1FFu, 0ul, 1u), (link.Attr.Mode, link.Attr.Size, link.Attr.Nlink));
        Assert.Equal("../devices/sample", tree.Send(FuseMessage.Request(FuseOpcode.FUSE_READLINK, node: link.NodeId)).Text);
    }

    [Fact]
    public void ReadlinkOfADirectory_IsEinval() =>
        Assert.Equal(Errno.EINVAL, tree.Send(FuseMessage.Request(FuseOpcode.FUSE_READLINK, node: 1)).Error);

    [Fact]
    public void GetattrOfUnknownNode_IsEstale() => Assert.Equal(Errno.ESTALE, tree.Getattr(999_999).Error);

    [Fact]
    public void GetattrOfRemovedNode_StillWorksUntilForgotten()
    {
        ulong sample = tree.Lookup("devices/sample").NodeId;

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Equal(Errno.None, tree.Getattr(sample).Error);
        tree.Forget(sample, 1);
        Assert.Equal(Errno.ESTALE, tree.Getattr(sample).Error);
    }

    [Fact]
    public void Setattr_KeepsModeAndOwner()
    {
        ulong value = tree.Lookup("devices/sample/value").NodeId;

        Setattr(value, new FuseSetattrIn
        {
            Valid = FuseSetattrValid.FATTR_MODE | FuseSetattrValid.FATTR_UID | FuseSetattrValid.FATTR_GID,
            Mode = 0x8180,
            Uid = 7,
            Gid = 8,
        });

        FuseAttr after = tree.Getattr(value).Read<FuseAttrOut>().Attr;
        Assert.Equal((0x8180u, 7u, 8u), (after.Mode, after.Uid, after.Gid));
    }

    [Fact]
    public void Setattr_KeepsTimes()
    {
        ulong value = tree.Lookup("devices/sample/value").NodeId;

        Setattr(value, new FuseSetattrIn
        {
            Valid = FuseSetattrValid.FATTR_ATIME | FuseSetattrValid.FATTR_MTIME,
            Atime = 10,
            Mtime = 20,
            MtimeNsec = 500,
        });

        FuseAttr after = tree.Getattr(value).Read<FuseAttrOut>().Attr;
        Assert.Equal((10ul, 20ul, 500u), (after.Atime, after.Mtime, after.MtimeNsec));
        Assert.True(after.Ctime > 20);
    }

    [Fact]
    public void Truncation_IsAcceptedAndChangesNothing()
    {
        ulong value = tree.Lookup("devices/sample/value").NodeId;

        FuseAttr after = Setattr(value, new FuseSetattrIn { Valid = FuseSetattrValid.FATTR_SIZE, Size = 0 }).Read<FuseAttrOut>().Attr;

        Assert.Equal(4096ul, after.Size);
    }

    [Fact]
    public void SetattrOfUnknownNode_IsEperm() => Assert.Equal(
        Errno.EPERM,
        tree.Send(FuseMessage.Request(FuseOpcode.FUSE_SETATTR, default(FuseSetattrIn), node: 999_999)).Error);

    private FuseAnswer Setattr(ulong node, FuseSetattrIn change)
    {
        FuseAnswer answer = tree.Send(FuseMessage.Request(FuseOpcode.FUSE_SETATTR, change, node: node));
        Assert.Equal(Errno.None, answer.Error);
        return answer;
    }
}
