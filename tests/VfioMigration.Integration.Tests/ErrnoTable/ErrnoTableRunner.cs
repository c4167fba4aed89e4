using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.ErrnoTable;

/// <summary>Brings a fresh host into the state in which a row was measured and performs its operation.</summary>
internal sealed partial class ErrnoTableRunner : IDisposable
{
    private const string Uuid = MountedHost.Uuid;
    private const string Mtty1 = MountedHost.MttyTypes + "/mtty-1";
    private const string Mtty2 = MountedHost.MttyTypes + "/mtty-2";
    private const string Device = "devices/virtual/mtty/mtty/" + Uuid;

    private readonly MountedHost host = MountedHost.WithSamples("mtty", "mdpy", "mbochs");

    internal Outcome Run(ErrnoTableRow row) => row.Group switch
    {
        "create" => RunCreate(row),
        "exhaust" => RunExhaust(row),
        "offset" => RunOffset(row),
        "wo-attr" or "ro-attr" => RunOpenMode(row),
        "unprivileged" => RunUnprivileged(row),
        "remove" => RunRemove(row),
        "read" => RunRead(row),
        "lseek" => RunLseek(row),
        "misc" => RunMisc(row),
        "poll" => RunPoll(row),
        "namespace" => RunNamespace(row),
        "meta" => RunMeta(row),
        "xattr" => RunXattr(row),
        "stale" => RunStale(row),
        "uevent-attr" => RunUevent(row),
        "bind" => RunBind(row),
        "inotify" => RunInotify(row),
        "module" => RunModule(row),
        _ => throw new InvalidOperationException($"no runner for {row}"),
    };

    public void Dispose() => host.Dispose();

    private static InvalidOperationException Unknown(ErrnoTableRow row) => new($"no runner for {row}");

    private static int Flags(string operation)
    {
        (string Name, int Value)[] known =
        [
            ("O_WRONLY", Libc.O_WRONLY), ("O_RDWR", Libc.O_RDWR), ("O_CREAT", Libc.O_CREAT), ("O_EXCL", Libc.O_EXCL),
            ("O_TRUNC", Libc.O_TRUNC), ("O_APPEND", Libc.O_APPEND), ("O_NONBLOCK", Libc.O_NONBLOCK), ("O_SYNC", Libc.O_SYNC),
            ("O_DIRECTORY", Libc.O_DIRECTORY), ("O_PATH", Libc.O_PATH), ("O_TMPFILE", Libc.O_TMPFILE),
        ];
        int flags = known.Where(flag => operation.Contains(flag.Name, StringComparison.Ordinal)).Aggregate(0, (all, flag) => all | flag.Value);
        return operation.Contains("O_DIRECT", StringComparison.Ordinal) && !operation.Contains("O_DIRECTORY", StringComparison.Ordinal)
            ? flags | Libc.O_DIRECT
            : flags;
    }

    private int Open(string path, int flags)
    {
        int fd = Libc.open(host.Path(path), flags, FileModes.Octal(644));
        Assert.True(fd >= 0, $"open {path}: {Libc.LastError}");
        return fd;
    }

    /// <summary>An open whose descriptor is of no interest.</summary>
    private Outcome TryOpen(string path, int flags)
    {
        Outcome outcome = Outcome.Of(Libc.open(host.Path(path), flags, FileModes.Octal(644)));
        if (outcome.Ret >= 0)
        {
            _ = Libc.close((int)outcome.Ret);
        }

        return outcome;
    }

    /// <summary>Opens, writes once and closes; the outcome of whichever failed.</summary>
    private Outcome Store(string path, byte[] data, int flags)
    {
        int fd = Libc.open(host.Path(path), flags, FileModes.Octal(644));
        if (fd < 0)
        {
            return Outcome.Of(fd);
        }

        Outcome outcome = Outcome.Of(Libc.write(fd, data, data.Length));
        _ = Libc.close(fd);
        return outcome;
    }

    private string UeventHeaders()
    {
        List<string> headers = [.. host.DrainUevents().Select(uevent => uevent.Header)];
        return headers.Count == 0 ? "none" : string.Join("; ", headers);
    }

    private string KernelLog()
    {
        List<string> lines = host.DrainLog();
        return lines.Count == 0 ? "" : $"; kmsg: {string.Join(" | ", lines)}";
    }

    private string[] DevicesOf(string module) =>
        [.. Directory.GetFileSystemEntries(host.Path("bus/mdev/devices")).Select(Path.GetFileName).OfType<string>()
            .Where(name => Directory.Exists(host.Path($"devices/virtual/{module}/{module}/{name}"))).Order(StringComparer.Ordinal)];

    private static string PythonList(IReadOnlyCollection<string> names) =>
        $"[{string.Join(", ", names.Select(name => $"'{name}'"))}]";
}
