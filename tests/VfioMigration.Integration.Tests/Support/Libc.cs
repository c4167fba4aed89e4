using System.Runtime.InteropServices;
using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Support;

/// <summary>System calls as a client of the mount makes them, each with its errno.</summary>
internal static class Libc
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_TRUNC = 0x200;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_SYNC = 0x101000;
    internal const int O_DIRECT = 0x4000;
    internal const int O_DIRECTORY = 0x10000;
    internal const int O_PATH = 0x200000;
    internal const int O_TMPFILE = 0x410000;

    private const int AT_FDCWD = -100;
    private const int AT_STATX_FORCE_SYNC = 0x2000;
    private const uint STATX_BASIC_STATS = 0x7FF;

    private const long SYS_setfsuid = 122;
    private const long SYS_setfsgid = 123;
    private const long SYS_capset = 126;

    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    [DllImport("libc", SetLastError = true)]
    internal static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", SetLastError = true)]
    internal static extern int openat(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", SetLastError = true)]
    internal static extern int close(int fd);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint read(int fd, byte[] buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint write(int fd, byte[] buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint pread(int fd, byte[] buffer, nint count, long offset);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint pwrite(int fd, byte[] buffer, nint count, long offset);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint writev(int fd, nint[] vector, int count);

    [DllImport("libc", SetLastError = true)]
    internal static extern long lseek(int fd, long offset, int whence);

    [DllImport("libc", SetLastError = true)]
    internal static extern int access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint mmap(nint address, nint length, int protection, int flags, int fd, long offset);

    [DllImport("libc", SetLastError = true)]
    internal static extern int munmap(nint address, nint length);

    [DllImport("libc", SetLastError = true)]
    internal static extern int ioctl(int fd, ulong request, ref int value);

    [DllImport("libc", SetLastError = true)]
    internal static extern int fsync(int fd);

    [DllImport("libc", SetLastError = true)]
    internal static extern int fdatasync(int fd);

    [DllImport("libc", SetLastError = true)]
    internal static extern int ftruncate(int fd, long length);

    [DllImport("libc", SetLastError = true)]
    internal static extern int truncate([MarshalAs(UnmanagedType.LPUTF8Str)] string path, long length);

    [DllImport("libc", SetLastError = true)]
    internal static extern int fallocate(int fd, int mode, long offset, long length);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint sendfile(int destination, int source, nint offset, nint count);

    [DllImport("libc", SetLastError = true)]
    internal static extern int poll(ref PollFd fds, ulong count, int timeout);

    [DllImport("libc", SetLastError = true)]
    internal static extern int pipe(int[] fds);

    [DllImport("libc", SetLastError = true)]
    internal static extern int mkdir([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", SetLastError = true)]
    internal static extern int rmdir([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport("libc", SetLastError = true)]
    internal static extern int unlink([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport("libc", SetLastError = true)]
    internal static extern int rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", SetLastError = true)]
    internal static extern int symlink([MarshalAs(UnmanagedType.LPUTF8Str)] string target, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport("libc", SetLastError = true)]
    internal static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", SetLastError = true)]
    internal static extern int mknod([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode, ulong device);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint readlink([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] buffer, nint size);

    [DllImport("libc", SetLastError = true)]
    internal static extern int chmod([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", SetLastError = true)]
    internal static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int uid, int gid);

    [DllImport("libc", SetLastError = true)]
    internal static extern int setxattr([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[] value, nint size, int flags);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint getxattr([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[] value, nint size);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint listxattr([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] list, nint size);

    [DllImport("libc", SetLastError = true)]
    internal static extern int inotify_init1(int flags);

    [DllImport("libc", SetLastError = true)]
    internal static extern int inotify_add_watch(int fd, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mask);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint getdents64(int fd, byte[] buffer, nint size);

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] attributes);

    [DllImport("libc", SetLastError = true)]
    private static extern long syscall(long number, nint first, nint second);

    /// <summary>stat(2) that asks the server, whatever the kernel has cached. At least 256 bytes are needed.</summary>
    internal static int StatOfTheServer(string path, byte[] attributes) =>
        statx(AT_FDCWD, path, AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, attributes);

    /// <summary>Runs an action on a thread of its own whose file accesses are those of uid and gid 1000, without capabilities.</summary>
    internal static T AsUser1000<T>(Func<T> action)
    {
        T result = default!;
        var thread = new Thread(() =>
        {
            _ = syscall(SYS_setfsgid, 1000, 0);
            _ = syscall(SYS_setfsuid, 1000, 0);
            DropEffectiveCapabilities();
            result = action();
        });
        thread.Start();
        thread.Join();
        return result;
    }

    /// <summary>File names of an open directory in the order of the kernel, with d_type, dots left out.</summary>
    internal static List<(string Name, byte Type)> ListDirectory(int fd)
    {
        var entries = new List<(string, byte)>();
        byte[] buffer = new byte[4096];
        for (nint length = getdents64(fd, buffer, buffer.Length); length > 0; length = getdents64(fd, buffer, buffer.Length))
        {
            for (int at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + 16))
            {
                int end = Array.IndexOf(buffer, (byte)0, at + 19);
                string name = Encoding.UTF8.GetString(buffer, at + 19, end - at - 19);
                if (name is not ("." or ".."))
                {
                    entries.Add((name, buffer[at + 18]));
                }
            }
        }

        return entries;
    }

    private static void DropEffectiveCapabilities()
    {
        nint header = Marshal.AllocHGlobal(8);
        nint data = Marshal.AllocHGlobal(24);
        Marshal.WriteInt32(header, 0x20080522);
        Marshal.WriteInt32(header, 4, 0);
        for (int i = 0; i < 24; i += 4)
        {
            Marshal.WriteInt32(data, i, 0);
        }

        _ = syscall(SYS_capset, header, data);
        Marshal.FreeHGlobal(header);
        Marshal.FreeHGlobal(data);
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short Revents;
    }
}
