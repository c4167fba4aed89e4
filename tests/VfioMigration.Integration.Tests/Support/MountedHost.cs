using Microsoft.Extensions.Logging.Abstractions;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Support;

/// <summary>A host on a real mount in a temporary directory, with everything it sent and logged.</summary>
internal sealed class MountedHost : IDisposable
{
    internal const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    internal const string MttyTypes = "devices/virtual/mtty/mtty/mdev_supported_types";

    private readonly HostMount mount;
    private readonly Subscription<Uevent> uevents;
    private long logSeen;

    internal MountedHost(params (string Name, Dictionary<string, string> Options)[] drivers)
        : this(new HostOptions("test", [], [], [.. drivers.Select(d => new DriverOptions(d.Name, d.Options, true, d.Name))]))
    {
    }

    internal MountedHost(HostOptions options, string? driversPath = null)
    {
        var problems = new List<string>();
        Host = new Host(options, new DriverCatalogue(driversPath, problems), TimeProvider.System);
        problems.AddRange(Host.Boot());
        Assert.Empty(problems);
        Root = Directory.CreateTempSubdirectory("vfiomig-test-").FullName;
        mount = HostMount.Mount(Host, Root, TimeProvider.System, NullLoggerFactory.Instance, out string? problem)!;
        Assert.True(mount is not null, problem);
        uevents = Host.Core.Tree.Uevents.Subscribe();
        DrainLog();
    }

    internal Host Host { get; }

    internal string Root { get; }

    /// <summary>The samples of the kernel as they are there: without migration_version.</summary>
    internal static MountedHost WithSamples(params string[] drivers) => new([.. drivers.Select(name => (name, new Dictionary<string, string>()))]);

    /// <summary>A path as on a real machine, such as <c>/sys/class</c>, below the mount.</summary>
    internal string Path(string path) =>
        System.IO.Path.Combine(Root, path.StartsWith("/sys/", StringComparison.Ordinal) ? path[5..] : path);

    internal string Read(string path) => File.ReadAllText(Path(path));

    /// <summary>One open, one write, one close; the errno of whichever failed.</summary>
    internal Errno Write(string path, string text)
    {
        int fd = Libc.open(Path(path), Libc.O_WRONLY, 0);
        if (fd < 0)
        {
            return Libc.LastError;
        }

        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        Errno error = Libc.write(fd, bytes, bytes.Length) == bytes.Length ? Errno.None : Libc.LastError;
        _ = Libc.close(fd);
        return error;
    }

    internal void Create(string uuid, string type = "mtty-1") =>
        Assert.Equal(Errno.None, Write($"class/mdev_bus/{type[..type.IndexOf('-')]}/mdev_supported_types/{type}/create", uuid));

    internal void Remove(string uuid) => Assert.Equal(Errno.None, Write($"bus/mdev/devices/{uuid}/remove", "1"));

    /// <summary>Uevents sent since the last call.</summary>
    internal List<Uevent> DrainUevents()
    {
        var all = new List<Uevent>();
        while (uevents.Reader.TryRead(out Uevent? uevent))
        {
            all.Add(uevent);
        }

        return all;
    }

    /// <summary>Kernel log lines written since the last call.</summary>
    internal List<string> DrainLog()
    {
        List<string> lines = [.. Host.Core.Log.Snapshot().Where(record => record.Sequence >= logSeen).Select(record => record.Text)];
        logSeen += lines.Count;
        return lines;
    }

    /// <summary>Takes the mount away, as at the end of the program.</summary>
    internal void Unmount() => mount.Dispose();

    public void Dispose()
    {
        uevents.Dispose();
        mount.Dispose();
        Directory.Delete(Root);
    }
}
