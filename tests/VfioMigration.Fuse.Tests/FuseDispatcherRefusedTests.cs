using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>Requests that have one answer.</summary>
public sealed class FuseDispatcherRefusedTests
{
    [Theory]
    [InlineData(FuseOpcode.FUSE_SYMLINK, Errno.EPERM)]
    [InlineData(FuseOpcode.FUSE_MKDIR, Errno.EPERM)]
    [InlineData(FuseOpcode.FUSE_RMDIR, Errno.EPERM)]
    [InlineData(FuseOpcode.FUSE_RENAME, Errno.EPERM)]
    [InlineData(FuseOpcode.FUSE_LINK, Errno.EPERM)]
    [InlineData(FuseOpcode.FUSE_CREATE, Errno.EACCES)]
    [InlineData(FuseOpcode.FUSE_TMPFILE, Errno.ENOSYS)]
    [InlineData(FuseOpcode.FUSE_FSYNCDIR, Errno.EINVAL)]
    [InlineData(FuseOpcode.FUSE_FLUSH, Errno.ENOSYS)]
    [InlineData(FuseOpcode.FUSE_ACCESS, Errno.ENOSYS)]
    [InlineData(FuseOpcode.FUSE_LSEEK, Errno.ENOSYS)]
    [InlineData(FuseOpcode.FUSE_FALLOCATE, Errno.ENOSYS)]
    public void RefusedOperation_HasItsErrnoWithAndWithoutBody(FuseOpcode opcode, Errno errno)
    {
        var fileSystem = new FakeFileSystem();
        using var client = new FuseClient(fileSystem);

        Assert.Equal(errno, client.Send(FuseMessage.Request(opcode)).Error);
        Assert.Equal(errno, client.Send(FuseMessage.Request(opcode, new byte[64])).Error);
        Assert.Empty(fileSystem.Calls);
    }

    /// <summary>kernfs_iop_rename knows no flags.</summary>
    [Theory]
    [InlineData(0u, Errno.EPERM)]
    [InlineData(1u, Errno.EINVAL)]
    [InlineData(2u, Errno.EINVAL)]
    public void Rename2_WithFlags_IsEinval(uint flags, Errno errno)
    {
        using var client = new FuseClient(new FakeFileSystem());

        Assert.Equal(errno, client.Send(FuseMessage.Request(FuseOpcode.FUSE_RENAME2, new FuseRename2In { Flags = flags })).Error);
    }

    [Theory]
    [InlineData(FileType.S_IFREG, Errno.EACCES)]
    [InlineData(FileType.S_IFREG | 0x1FFu, Errno.EACCES)]
    [InlineData(FileType.S_IFIFO, Errno.EPERM)]
    [InlineData(FileType.S_IFCHR, Errno.EPERM)]
    [InlineData(FileType.S_IFBLK, Errno.EPERM)]
    [InlineData(FileType.S_IFSOCK, Errno.EPERM)]
    public void Mknod_OnlyARegularFileLacksTheRightToCreate(uint mode, Errno errno)
    {
        using var client = new FuseClient(new FakeFileSystem());

        Assert.Equal(errno, client.Send(FuseMessage.Request(FuseOpcode.FUSE_MKNOD, new FuseMknodIn { Mode = mode })).Error);
    }
}
