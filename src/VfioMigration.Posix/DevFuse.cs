using System.Runtime.InteropServices;

using Mono.Unix.Native;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

using Errno = VfioMigration.Uapi.Errno;
using OpenFlags = VfioMigration.Uapi.OpenFlags;
using PollEvents = VfioMigration.Uapi.PollEvents;

namespace VfioMigration.Posix;

/// <summary>The character device through which the kernel sends FUSE requests.</summary>
public static unsafe class DevFuse
{
    public const string Path = "/dev/fuse";

    /// <summary>10:229 (<c>Documentation/admin-guide/devices.txt</c>).</summary>
    private const ulong MiscMajor = 10;
    private const ulong FuseMinor = 229;

    /// <summary>_IOW(229, 1, struct fuse_backing_map) and _IOW(229, 2, uint32_t) of <c>include/uapi/linux/fuse.h</c>.</summary>
    private const uint FUSE_DEV_IOC_BACKING_OPEN = 0x4010E501;
    private const uint FUSE_DEV_IOC_BACKING_CLOSE = 0x4004E502;

    /// <summary>Opens an unconnected FUSE device; mounting connects it.</summary>
    public static Result<FileDescriptor> Open() => FileDescriptor.Open(Path, OpenFlags.O_RDWR);

    /// <summary>True for a descriptor of this device, connected or not.</summary>
    public static bool IsOpenOn(FileDescriptor descriptor) =>
        Syscall.fstat(descriptor.Number, out Stat stat) == 0
        && (stat.st_mode & FilePermissions.S_IFMT) == FilePermissions.S_IFCHR
        && stat.st_rdev == ((MiscMajor << 8) | FuseMinor);

    /// <summary>True for a device that was mounted: poll(2) of one that was not gives POLLERR (fuse_dev_poll). EBADF, as of O_PATH, is false.</summary>
    public static bool IsConnected(FileDescriptor device) =>
        (device.Poll(PollEvents.POLLIN, milliseconds: 0) & (PollEvents.POLLERR | PollEvents.POLLNVAL)) == 0;

    /// <summary>
    /// Registers a file that an open file may be passed through to; its number on this connection. EPERM without CAP_SYS_ADMIN,
    /// EOPNOTSUPP when passthrough was not negotiated, EBADF after disposal.
    /// </summary>
    public static Result<int> OpenBacking(FileDescriptor device, SafeHandle file)
    {
        bool added = false;
        try
        {
            file.DangerousAddRef(ref added);
            var map = new FuseBackingMap { FileDescriptor = (int)file.DangerousGetHandle() };
            int id = device.Ioctl(FUSE_DEV_IOC_BACKING_OPEN, &map);
            return id < 0 ? PosixErrno.Last : id;
        }
        catch (ObjectDisposedException)
        {
            return Errno.EBADF;
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    /// <summary>Forgets a number; files that are open keep what it stood for.</summary>
    public static void CloseBacking(FileDescriptor device, int id)
    {
        try
        {
            _ = device.Ioctl(FUSE_DEV_IOC_BACKING_CLOSE, &id);
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended, and the number with it.
        }
    }
}
