using System.Globalization;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.ErrnoTable;

/// <summary>
/// Every call on every kind of file, made here and on the machine's own sysfs, mounted once more in a namespace so that it is writable: both must end alike. No list of expected
/// errnos: the kernel that runs the tests is asked.
/// </summary>
[Collection(nameof(RealSysfsTests))]
public sealed class RealSysfsTests : IDisposable
{
    /// <summary>Kinds, and where there is one: here, and in every Linux with a PCI bus or without. Stores of these change nothing that lasts.</summary>
    private static readonly (string Kind, string Ours, string Theirs)[] Kinds =
    [
        ("read-only", "kernel/uevent_seqnum", "kernel/uevent_seqnum"),
        ("write-only", "bus/mdev/drivers_probe", "bus/platform/drivers_probe"),
        ("read-write", "bus/mdev/drivers_autoprobe", "bus/platform/drivers_autoprobe"),
        ("uevent", "devices/virtual/misc/vfio/uevent", "devices/virtual/mem/null/uevent"),
        ("directory", "devices/virtual/misc/vfio", "devices/virtual/mem/null"),
        ("link", "devices/virtual/misc/vfio/subsystem", "devices/virtual/mem/null/subsystem"),
        ("missing", "devices/virtual/misc/vfio/none", "devices/virtual/mem/null/none"),
    ];

    private readonly MountedHost host = MountedHost.WithSamples("mtty");

    public static TheoryData<string> Names => [.. Kinds.Select(static kind => kind.Kind)];

    public void Dispose() => host.Dispose();

    [RootTheory("a mount of sysfs")]
    [MemberData(nameof(Names))]
    public void EveryCall_EndsAsOnTheMachinesSysfs(string kind)
    {
        (_, string ours, string theirs) = Kinds.Single(row => row.Kind == kind);
        string script = Path.GetTempFileName();
        File.WriteAllText(script, Calls);
        (int status, string output, string errors) = Program.Bash($$"""
            python3 {{script}} {{host.Path(ours)}}
            echo ==
            unshare -m bash -c 'mount -t sysfs none /mnt && python3 {{script}} /mnt/{{theirs}}'
            """);
        File.Delete(script);
        Assert.True(status == 0, errors);
        string[] both = output.Split("==\n");

        Assert.True(both[0].Split('\n').Length > 60, output);
        Assert.Equal(both[1].Split('\n'), both[0].Split('\n'));
    }

    [RootFact("a mount of sysfs")]
    public void FileThatIsAskedFor_IsThere() =>
        Assert.All(Kinds.Where(static kind => kind.Kind != "missing"), kind => Assert.True(Path.Exists($"/sys/{kind.Theirs}"), string.Create(CultureInfo.InvariantCulture, $"{kind}")));

    /// <summary>One line per call: its name and the errno, or what it returned where that is of the interface. Positions and sizes are, contents are not.</summary>
    private const string Calls = """
        import errno, fcntl, mmap, os, select, socket, stat, struct, sys, termios
        path = sys.argv[1]
        beside = os.path.join(os.path.dirname(path), "new-name")
        inside = os.path.join(path, "new-name")
        def call(name, action, show=False):
            try: result = action()
            except OSError as error: result = errno.errorcode.get(error.errno, error.errno)
            else: result = result if show else "ok"
            print(name, result)
        def opened(flags, action):
            fd = os.open(path, flags)
            try: return action(fd)
            finally: os.close(fd)
        flags = {"RDONLY": 0, "WRONLY": 1, "RDWR": 2}
        more = {"": 0, "CREAT": os.O_CREAT, "EXCL": os.O_CREAT | os.O_EXCL, "TRUNC": os.O_TRUNC, "APPEND": os.O_APPEND, "NONBLOCK": os.O_NONBLOCK, "DIRECT": os.O_DIRECT,
                "DIRECTORY": os.O_DIRECTORY, "NOFOLLOW": os.O_NOFOLLOW, "PATH": os.O_PATH, "SYNC": os.O_SYNC, "NOATIME": os.O_NOATIME, "TMPFILE": os.O_TMPFILE}
        for access, value in flags.items():
            for extra, bits in more.items():
                if path.endswith("/none") and extra == "TMPFILE": continue
                call(f"open {access} {extra}", lambda: opened(value | bits, lambda fd: None))
        info = None
        def look():
            global info
            info = os.lstat(path)
            return (oct(stat.S_IFMT(info.st_mode)), info.st_blocks, info.st_blksize, info.st_size, info.st_uid, info.st_gid)
        call("lstat", look, True)
        for mode in (0, 1, 2, 4): call(f"access {mode}", lambda: os.access(path, mode), True)
        kinds = {"fifo": stat.S_IFIFO, "regular": stat.S_IFREG, "char": stat.S_IFCHR, "block": stat.S_IFBLK, "socket": stat.S_IFSOCK}
        for name, kind in kinds.items():
            for place, target in (("there", path), ("beside", beside), ("inside", inside)):
                call(f"mknod {name} {place}", lambda: os.mknod(target, kind | 0o600, os.makedev(1, 3)))
        for place, target in (("there", path), ("beside", beside), ("inside", inside)):
            call(f"mkdir {place}", lambda: os.mkdir(target))
            call(f"symlink {place}", lambda: os.symlink("x", target))
            call(f"link {place}", lambda: os.link(path, target, follow_symlinks=False))
            call(f"rename {place}", lambda: os.rename(path, target) if target != path else None)
            call(f"creat {place}", lambda: os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)))
            call(f"bind {place}", lambda: socket.socket(socket.AF_UNIX).bind(target))
        call("unlink", lambda: os.unlink(path))
        call("rmdir", lambda: os.rmdir(path))
        call("readlink", lambda: os.readlink(path))
        call("listdir", lambda: os.listdir(path))
        call("chdir", lambda: os.chdir(path))
        os.chdir("/")
        call("truncate 10", lambda: os.truncate(path, 10))
        call("utime", lambda: os.utime(path))
        call("chmod same", lambda: os.chmod(path, stat.S_IMODE(os.stat(path).st_mode)))
        call("chown same", lambda: os.chown(path, 0, 0))
        call("setxattr user", lambda: os.setxattr(path, "user.x", b"1"))
        call("getxattr user", lambda: os.getxattr(path, "user.x"))
        call("setxattr system", lambda: os.setxattr(path, "system.x", b"1"))
        call("getxattr trusted", lambda: os.getxattr(path, "trusted.none"))
        call("removexattr trusted", lambda: os.removexattr(path, "trusted.none"))
        call("listxattr", lambda: [name for name in os.listxattr(path) if not name.startswith("security.")], True)
        for access, value in flags.items():
            on = lambda name, action, show=False: call(f"{access} {name}", lambda: opened(value, action), show)
            on("read 0", lambda fd: os.read(fd, 0))
            on("read", lambda fd: len(os.read(fd, 4096)) > 0, True)
            on("pread past", lambda fd: len(os.pread(fd, 10, 5000)), True)
            on("write 0", lambda fd: os.write(fd, b""), True)
            for whence in (0, 1, 2): on(f"lseek {whence}", lambda fd: os.lseek(fd, 3, whence), True)
            on("lseek hole", lambda fd: os.lseek(fd, 0, os.SEEK_HOLE), True)
            on("lseek -1", lambda fd: os.lseek(fd, -1, 0))
            on("fsync", os.fsync)
            on("fdatasync", os.fdatasync)
            on("ftruncate", lambda fd: os.ftruncate(fd, 0))
            on("fallocate", lambda fd: os.posix_fallocate(fd, 0, 10) if False else __import__("ctypes").CDLL(None, use_errno=True).fallocate(fd, 0, __import__("ctypes").c_long(0), __import__("ctypes").c_long(10)), True)
            on("FIONREAD", lambda fd: fcntl.ioctl(fd, termios.FIONREAD, b"    "), True)
            on("TCGETS", lambda fd: fcntl.ioctl(fd, 0x5401, b" " * 64))
            on("mmap shared", lambda fd: mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ))
            on("getdents", lambda fd: os.listdir(fd))
            on("fchdir", lambda fd: os.fchdir(fd))
            os.chdir("/")
            def polled(fd):
                poll = select.poll()
                poll.register(fd, 0xF)
                return poll.poll(0)[0][1]
            on("poll", polled, True)
            on("flock", lambda fd: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
            on("copy_file_range", lambda fd: os.copy_file_range(fd, fd, 10))
            on("sendfile", lambda fd: os.sendfile(fd, fd, 0, 10))
            on("dup read", lambda fd: os.close(os.dup(fd)))
        if not os.path.isdir(path) and os.path.exists(path) and info.st_mode & 0o200:
            call("pwrite bogus", lambda: opened(1, lambda fd: os.pwrite(fd, b"no such device", 7)) if "autoprobe" not in path else None)
        """;
}
