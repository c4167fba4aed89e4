using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.ErrnoTable;

internal sealed partial class ErrnoTableRunner
{
    private const int PROT_READ = 1;
    private const int MAP_SHARED = 1;
    private const int MAP_PRIVATE = 2;
    private const ulong FIONREAD = 0x541B;

    private Outcome RunMisc(ErrnoTableRow row)
    {
        bool create = row.Target.StartsWith("create", StringComparison.Ordinal);
        int fd = Open(create ? $"{Mtty1}/create" : $"{Mtty1}/available_instances", create ? Libc.O_WRONLY : Libc.O_RDONLY);
        return row.Operation switch
        {
            "mmap PROT_READ MAP_SHARED" => MapShared(fd),
            "mmap PROT_READ MAP_PRIVATE" => Map(fd, MAP_PRIVATE),
            "ioctl FIONREAD at pos 100" => ReadableAt100(fd),
            "ioctl 0xdead" => Ioctl(fd, 0xDEAD),
            "fsync" => Outcome.Of(Libc.fsync(fd)),
            "fdatasync" => Outcome.Of(Libc.fdatasync(fd)),
            "ftruncate(0) on RO fd" or "ftruncate(0)" => Outcome.Of(Libc.ftruncate(fd, 0)),
            "ftruncate(5000)" => Outcome.Of(Libc.ftruncate(fd, 5000)),
            "fallocate" => Outcome.Of(Libc.fallocate(fd, 0, 0, 100)),
            "sendfile to a pipe" => SendToPipe(fd),
            _ => throw Unknown(row),
        };
    }

    private static Outcome MapShared(int fd) => Map(fd, MAP_SHARED);

    private static Outcome Map(int fd, int flags)
    {
        nint address = Libc.mmap(0, 4096, PROT_READ, flags, fd, 0);
        Outcome outcome = Outcome.Of(address == -1 ? -1 : 0);
        if (address != -1)
        {
            _ = Libc.munmap(address, 4096);
        }

        return outcome;
    }

    private static Outcome ReadableAt100(int fd)
    {
        Libc.lseek(fd, 100, 0);
        int value = 0;
        int ret = Libc.ioctl(fd, FIONREAD, ref value);
        return Outcome.Of(ret, $"value={value}");
    }

    private static Outcome Ioctl(int fd, ulong request)
    {
        int value = 0;
        return Outcome.Of(Libc.ioctl(fd, request, ref value));
    }

    private static Outcome SendToPipe(int fd)
    {
        int[] pipe = new int[2];
        Assert.Equal(0, Libc.pipe(pipe));
        Outcome outcome = Outcome.Of(Libc.sendfile(pipe[1], fd, 0, 100));
        _ = Libc.close(pipe[0]);
        _ = Libc.close(pipe[1]);
        return outcome;
    }

    private Outcome RunPoll(ErrnoTableRow row)
    {
        const short Everything = 0xF;
        const short PriorityAndError = 0xA;
        if (row.Target.StartsWith("create", StringComparison.Ordinal))
        {
            return Poll(Open($"{Mtty1}/create", Libc.O_WRONLY), Everything, 0);
        }

        int fd = Open($"{Mtty1}/available_instances", Libc.O_RDONLY);
        if (row.Operation.StartsWith("poll on fresh fd", StringComparison.Ordinal))
        {
            return Poll(fd, Everything, 0);
        }

        Libc.read(fd, new byte[10], 10);
        if (row.Operation.StartsWith("poll after read", StringComparison.Ordinal))
        {
            return Poll(fd, Everything, 0);
        }

        bool changed = row.Operation.Contains("value changed", StringComparison.Ordinal);
        if (changed)
        {
            host.Create(Uuid);
        }

        Outcome outcome = Poll(fd, PriorityAndError, 50);
        return outcome with { Detail = outcome.Ret == 0 ? $"revents=timeout{(changed ? " (no sysfs_notify)" : "")}" : outcome.Detail };
    }

    private static Outcome Poll(int fd, short events, int timeout)
    {
        var poll = new Libc.PollFd { Fd = fd, Events = events };
        int ret = Libc.poll(ref poll, 1, timeout);
        return Outcome.Of(ret, $"revents=0x{poll.Revents:x}");
    }

    private Outcome RunNamespace(ErrnoTableRow row)
    {
        string type = host.Path(Mtty1);
        string New() => $"{type}/new";
        return row.Operation switch
        {
            "open O_CREAT|O_WRONLY new file" => TryOpen($"{Mtty1}/new", Libc.O_CREAT | Libc.O_WRONLY),
            "creat existing create attr with O_EXCL" => TryOpen($"{Mtty1}/create", Libc.O_CREAT | Libc.O_EXCL | Libc.O_WRONLY),
            "open O_TMPFILE" => TryOpen(Mtty1, Libc.O_TMPFILE | Libc.O_RDWR),
            "mkdir new" => Outcome.Of(Libc.mkdir(New(), FileModes.Octal(755))),
            "mkdir existing (devices)" => Outcome.Of(Libc.mkdir($"{type}/devices", FileModes.Octal(755))),
            "mknod new" => Outcome.Of(Libc.mknod(New(), 0x11A4, 0)),
            "rmdir type dir (non-empty)" => Outcome.Of(Libc.rmdir(type)),
            "rmdir on attr file" => Outcome.Of(Libc.rmdir($"{type}/name")),
            "unlink attr" => Outcome.Of(Libc.unlink($"{type}/name")),
            "unlink missing" => Outcome.Of(Libc.unlink(New())),
            "rename attr in same dir" => Outcome.Of(Libc.rename($"{type}/name", New())),
            "rename attr over other" => Outcome.Of(Libc.rename($"{type}/name", $"{type}/device_api")),
            "rename across fs (to /tmp)" => Outcome.Of(Libc.rename($"{type}/name", $"{Path.GetTempPath()}vfiomig-renamed")),
            "rename missing" => Outcome.Of(Libc.rename(New(), $"{type}/new2")),
            "symlink new" => Outcome.Of(Libc.symlink("name", New())),
            "symlink over existing" => Outcome.Of(Libc.symlink("name", $"{type}/create")),
            "link attr to new name" => Outcome.Of(Libc.link($"{type}/name", New())),
            "open dir O_WRONLY" => TryOpen(Mtty1, Libc.O_WRONLY),
            "open dir O_RDONLY, read()" => Outcome.Of(Libc.read(Open(Mtty1, Libc.O_RDONLY), new byte[10], 10)),
            "open attr as dir component" => TryOpen($"{Mtty1}/name/x", Libc.O_RDONLY),
            "readlink on attr" => Outcome.Of(Libc.readlink($"{type}/name", new byte[100], 100)),
            _ => throw Unknown(row),
        };
    }
}
