using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.ErrnoTable;

internal sealed partial class ErrnoTableRunner
{
    private Outcome RunRemove(ErrnoTableRow row)
    {
        host.Create(Uuid);
        host.DrainUevents();
        string path = $"{Device}/remove";
        if (row.Operation.StartsWith("pwrite", StringComparison.Ordinal))
        {
            Outcome written = Outcome.Of(Libc.pwrite(Open(path, Libc.O_WRONLY), "1"u8.ToArray(), 1, 7));
            return written with { Detail = DevicesOf("mtty").Length == 0 ? "device REMOVED" : "device still present" };
        }

        return row.Operation switch
        {
            "second write of \"1\" on the same fd after removal" => AfterRemoval(path, "1"),
            "write \"0\" on stale fd" => AfterRemoval(path, "0"),
            "zero-byte write on stale fd" => AfterRemoval(path, ""),
            "open after removal (via parent dir)" => OpenAfterRemoval(path),
            _ => RemoveAndObserve(row, path),
        };
    }

    private Outcome AfterRemoval(string path, string text)
    {
        int fd = Open(path, Libc.O_WRONLY);
        Assert.Equal(1, Libc.write(fd, "1"u8.ToArray(), 1));
        return Outcome.Of(Libc.write(fd, System.Text.Encoding.ASCII.GetBytes(text), text.Length));
    }

    private Outcome OpenAfterRemoval(string path)
    {
        host.Remove(Uuid);
        return TryOpen(path, Libc.O_WRONLY);
    }

    private Outcome RemoveAndObserve(ErrnoTableRow row, string path)
    {
        string named = row.Operation[..row.Operation.IndexOf('[')];
        int flags = named.Contains("O_RDONLY", StringComparison.Ordinal) ? Libc.O_RDONLY
            : named.StartsWith("O_", StringComparison.Ordinal) ? Flags(named) | (named.Contains("O_RDWR", StringComparison.Ordinal) ? 0 : Libc.O_WRONLY)
            : Libc.O_WRONLY;
        Outcome outcome = Store(path, RowPayload.Of(row), flags);
        bool there = DevicesOf("mtty").Length > 0;
        string state = there ? $"device still present; remove attr {(File.Exists(host.Path(path)) ? "present" : "absent")}" : "device REMOVED";
        return outcome with { Detail = $"{state}; uevents: {UeventHeaders()}" };
    }

    private Outcome RunStale(ErrnoTableRow row)
    {
        host.Create(Uuid);
        string path = $"{Device}/uevent";
        byte[] buffer = new byte[100];
        int fresh = Open(path, Libc.O_RDWR);
        int begun = Open(path, Libc.O_RDONLY);
        int ended = Open(path, Libc.O_RDONLY);
        int directory = Open(Device, Libc.O_RDONLY | Libc.O_DIRECTORY);
        int create = Open($"{Mtty1}/create", Libc.O_WRONLY);
        Assert.Equal(4, Libc.read(begun, buffer, 4));
        Assert.Equal(12, Libc.read(ended, buffer, 100));
        Assert.Equal(0, Libc.read(ended, buffer, 100));
        if (row.Operation == "write uuid on stale fd after parent driver unloaded")
        {
            Assert.Equal((Uapi.Errno.None, null), host.Host.UnloadModule("mtty"));
            return Outcome.Of(Libc.write(create, System.Text.Encoding.ASCII.GetBytes(Uuid), 36));
        }

        host.Remove(Uuid);
        return row.Operation switch
        {
            "read (fd opened before removal, never read)" => Outcome.Of(Libc.read(fresh, buffer, 100)),
            "read remainder (4 bytes were read before removal)" => ReadRemainder(begun, buffer),
            "read (was at EOF before removal)" => Outcome.Of(Libc.read(ended, buffer, 100)),
            "pread(0) on stale fd" => Outcome.Of(Libc.pread(ended, buffer, 100, 0)),
            "lseek(0,SEEK_SET) on stale fd" => Outcome.Of(Libc.lseek(ended, 0, 0)),
            "write \"add\" on stale fd" => Outcome.Of(Libc.write(fresh, "add"u8.ToArray(), 3)),
            "poll on stale fd" => Poll(ended, 0xF, 0),
            "fstat on stale fd" => Stat(ended),
            "mmap on stale fd" => MapShared(fresh),
            "ioctl on stale fd" => Ioctl(fresh, 0xDEAD),
            "getdents on stale dirfd" => Listing(directory),
            "fstat stale dirfd" => StatDirectory(directory),
            "open relative attr with cwd in removed dir" => Outcome.Of(Libc.openat(directory, "uevent", Libc.O_RDONLY, 0)),
            "open \".\" in removed dir" => Outcome.Of(Libc.openat(directory, ".", Libc.O_RDONLY | Libc.O_DIRECTORY, 0)),
            "open path after removal" => TryOpen(path, Libc.O_RDONLY),
            "read old fd after the same uuid was re-created" => ReadAfterRecreation(fresh, buffer),
            _ => throw Unknown(row),
        };
    }

    private Outcome ReadAfterRecreation(int fd, byte[] buffer)
    {
        host.Create(Uuid);
        return Outcome.Of(Libc.read(fd, buffer, 100));
    }

    private static Outcome ReadRemainder(int fd, byte[] buffer)
    {
        nint length = Libc.read(fd, buffer, 100);
        return Outcome.Of(length, length > 0 ? Escape(buffer, length) : null);
    }

    private static Outcome Stat(int fd)
    {
        int ret = Mono.Unix.Native.Syscall.fstat(fd, out Mono.Unix.Native.Stat stat);
        return Outcome.Of(ret, $"nlink={stat.st_nlink} size={stat.st_size} mode={Convert.ToString((int)stat.st_mode, 8)}");
    }

    private static Outcome StatDirectory(int fd)
    {
        int ret = Mono.Unix.Native.Syscall.fstat(fd, out Mono.Unix.Native.Stat stat);
        return Outcome.Of(ret, $"nlink={stat.st_nlink}");
    }

    private static Outcome Listing(int fd) => Outcome.Of(0, PythonList([.. Libc.ListDirectory(fd).Select(entry => entry.Name)]));
}
