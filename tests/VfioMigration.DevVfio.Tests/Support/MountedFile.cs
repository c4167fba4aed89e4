using System.Text;
using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Mounting;
using VfioMigration.Fuse;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>An open file as the kernel knows it that has asked the mount for it: what it answers by itself follows from what it was told.</summary>
internal sealed class MountedFile
{
    private readonly DevVfioFileSystem mount;
    private readonly ulong handle;
    private readonly FuseOpenFlags flags;
    private readonly FuseAttr attributes;

    internal MountedFile(DevVfioFileSystem mount, DevVfioFile file)
    {
        this.mount = mount;
        DevNode name = mount.AddWaiting(file);
        var entry = default(FuseEntryOut);
        Assert.Equal(Errno.None, mount.Lookup(FuseProtocol.FUSE_ROOT_ID, Encoding.UTF8.GetBytes(name.Name), ref entry));
        var opened = default(FuseOpenOut);
        using var call = new FuseCall();
        Assert.Equal(Errno.None, mount.Open(call, entry.NodeId, OpenFlags.O_RDWR, ref opened));
        mount.RemoveWaiting(name);
        (handle, flags, attributes) = (opened.Handle, opened.OpenFlags, entry.Attr);
    }

    /// <summary>lseek(2), pread(2) and pwrite(2) of a stream are ESPIPE (stream_open).</summary>
    internal Result<int> SeekErrno => flags.HasFlag(FuseOpenFlags.FOPEN_STREAM) ? Errno.ESPIPE : (Result<int>)0;

    /// <summary>What poll(2) reports of POLLIN and POLLOUT; a file without the method is ready (DEFAULT_POLLMASK).</summary>
    internal int Poll => (int)(mount.Poll(handle, null, out PollEvents ready) == Errno.ENOSYS ? PollEvents.POLLIN | PollEvents.POLLOUT : ready);

    internal Result<int> Sync => mount.Sync(handle) is var error && error == Errno.None ? (Result<int>)0 : error;

    internal uint Mode => attributes.Mode;

    internal ulong Size => attributes.Size;

    /// <summary>mmap(2) with MAP_SHARED is refused on a file that bypasses the page cache (fuse_file_mmap).</summary>
    internal bool IsMappable => !flags.HasFlag(FuseOpenFlags.FOPEN_DIRECT_IO);
}
