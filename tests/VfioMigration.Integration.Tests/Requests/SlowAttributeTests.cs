using VfioMigration.Integration.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Requests;

/// <summary>Readers that wait in an attribute, more than there are places for, on a real mount.</summary>
public sealed class SlowAttributeTests : IDisposable
{
    private const int Readers = 300;
    private const string Own = "kernel/debug/vfiomig";

    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private readonly MountedHost host = MountedHost.WithSamples("mtty");
    private readonly ManualResetEventSlim released = new();
    private readonly CountdownEvent over = new(Readers);
    private int refused;
    private int read;

    public SlowAttributeTests()
    {
        DriverCore core = host.Host.Core;
        Kobject slow = core.CreateDirectory(core.Devices, "slow").Value;
        slow.AddGroup(new AttributeGroup(
            SysfsAttribute<Kobject>.ReadOnly("value", (_, page) => released.Wait(Generous) ? SysfsText.Line(page, 1) : Errno.ETIMEDOUT),
            SysfsAttribute<Kobject>.ReadOnly("other", static (_, page) => SysfsText.Line(page, 2))));
    }

    public void Dispose()
    {
        released.Set();
        over.Wait(Generous);
        host.Dispose();
        over.Dispose();
    }

    [Fact]
    public void MoreReadersThanPlaces_CostOnlyThemselves()
    {
        string path = host.Path("devices/slow/value");
        for (int number = 0; number < Readers; number++)
        {
            new Thread(() => Read(path), 256 * 1024) { IsBackground = true }.Start();
        }

        int inside = ActiveCalls.MaxPerFile;
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref refused) == Readers - inside && host.Host.Core.Tree.Calls.Count == inside, Generous));

        Assert.Equal("2\n", host.Read("devices/slow/other"));
        Assert.Equal("24\n", host.Read($"{MountedHost.MttyTypes}/mtty-1/available_instances"));
        Assert.Equal(Errno.None, host.Write($"{Own}/inject", "show nothing EIO"));
        Assert.Equal(Errno.None, host.Write($"{Own}/inject", "clear"));
        Assert.NotEmpty(host.Read($"{Own}/kmsg"));
        Assert.True(File.Exists(path));
        Assert.Contains(path, Directory.GetFiles(host.Path("devices/slow")));
        host.Create(MountedHost.Uuid);
        host.Remove(MountedHost.Uuid);

        released.Set();
        Assert.True(over.Wait(Generous));
        Assert.Equal((inside, Readers - inside), (read, refused));
        Assert.Equal("1\n", host.Read("devices/slow/value"));
    }

    private void Read(string path)
    {
        int fd = Libc.open(path, Libc.O_RDONLY, 0);
        byte[] buffer = new byte[16];
        if (Libc.read(fd, buffer, buffer.Length) > 0)
        {
            Interlocked.Increment(ref read);
        }
        else if (Libc.LastError == Errno.EBUSY)
        {
            Interlocked.Increment(ref refused);
        }

        _ = Libc.close(fd);
        over.Signal();
    }
}
