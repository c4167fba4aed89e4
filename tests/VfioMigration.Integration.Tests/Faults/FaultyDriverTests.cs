using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Lab.Configuration;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Faults;

/// <summary>A vendor driver that throws, hangs and lies, on a real mount: clients get an errno and the tree still serves.</summary>
public sealed class FaultyDriverTests : IDisposable
{
    private const string Device = "bus/mdev/devices/" + MountedHost.Uuid;
    private const string TypeVersion = "class/mdev_bus/faulty/mdev_supported_types/faulty-1/migration_version";

    private readonly MountedHost host = new(
        new HostOptions("faulty", [], [], [new DriverOptions("faulty", new Dictionary<string, string>(), true, "faulty")]),
        Path.Combine(AppContext.BaseDirectory, "testdrivers"));

    public FaultyDriverTests() => host.Create(MountedHost.Uuid, "faulty-1");

    public void Dispose() => host.Dispose();

    [Fact]
    public void AttributeThatThrows_GivesEioAndTheTreeServes()
    {
        Assert.Equal(Errno.EIO, host.Write($"{Device}/throw", "x"));
        Assert.Equal(Errno.EIO, Read("throw"));
        Assert.Equal("0\n", host.Read($"{Device}/notified"));
    }

    [Fact]
    public void JudgeThatThrows_GivesEioAndALineInTheKernelLog()
    {
        Assert.Equal(Errno.EIO, host.Write(TypeVersion, "throw"));
        Assert.Contains(host.DrainLog(), line => line.Contains("judge: driver bug: InvalidOperationException", StringComparison.Ordinal));
    }

    [Fact]
    public void ProbeThatThrows_GivesEioAndLeavesNothing()
    {
        Assert.Equal(Errno.EIO, host.Write("class/mdev_bus/faulty/mdev_supported_types/faulty-1/create", "deadbeef-509f-382f-3c1e-e6bfe0fa1001"));
        Assert.Equal([MountedHost.Uuid], Directory.GetFileSystemEntries(host.Path("bus/mdev/devices")).Select(Path.GetFileName));
    }

    [Fact]
    public void ShowWithAWrongLength_IsCutOrRefused()
    {
        Assert.Equal("4095\n", Program.Bash($"cat '{host.Path($"{Device}/toolong")}' | wc -c").Output);
        Assert.Equal(Errno.EIO, Read("negative"));
    }

    [Fact]
    public void EveryErrnoThatUserSpaceMaySee_PassesUnchanged()
    {
        for (int number = 1; number <= 511; number++)
        {
            // EINTR restarts inside bash, not here; 0 would be success.
            Assert.Equal((Errno)number, host.Write($"{Device}/errno", $"{number}"));
        }
    }

    [Theory]
    [InlineData("512", Errno.EIO)]
    [InlineData("524", Errno.EOPNOTSUPP)]
    [InlineData("-22", Errno.EIO)]
    [InlineData("100000", Errno.EIO)]
    public void ErrnoThatTheKernelWouldNotTake_IsReplaced(string number, Errno expected) =>
        Assert.Equal(expected, host.Write($"{Device}/errno", number));

    [Theory]
    [InlineData("hang", "Interrupted system call")]
    [InlineData("wait", "Interrupted system call")]
    public void InterruptedClientOfAStoreThatWaits_IsFreedAndOthersAreServedMeanwhile(string attribute, string message)
    {
        using Process client = Program.Start("/bin/bash", ["-c", $"trap : INT; echo x > '{host.Path($"{Device}/{attribute}")}'"]);
        WaitForWaiter();
        Assert.Equal("0\n", host.Read($"{Device}/notified"));
        Assert.Equal(Errno.ENOTUNIQ, host.Write(TypeVersion, "x"));
        ProcessImage.Kill(client.Id, ProcessImage.SIGINT);
        (int status, _, string errors) = Program.Finish(client);
        Assert.NotEqual(0, status);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Equal(Errno.None, host.Write($"{Device}/release", "1"));
    }

    [Fact]
    public void KilledClientOfAStoreThatHangs_Dies()
    {
        using Process client = Program.Start("/bin/bash", ["-c", $"echo x > '{host.Path($"{Device}/hang")}'"]);
        WaitForWaiter();
        client.Kill();
        Assert.Equal(137, Program.Finish(client).Status);
        Assert.Equal(Errno.None, host.Write($"{Device}/release", "1"));
    }

    [Fact]
    public void UnmountWhileAStoreHangs_FreesTheClient()
    {
        using var other = new MountedHost(
            new HostOptions("hanging", [], [], [new DriverOptions("faulty", new Dictionary<string, string>(), true, "faulty")]),
            Path.Combine(AppContext.BaseDirectory, "testdrivers"));
        other.Create(MountedHost.Uuid, "faulty-1");
        using Process client = Program.Start("/bin/bash", ["-c", $"echo x > '{other.Path($"{Device}/hang")}'"]);
        SpinWait.SpinUntil(() => other.Read($"{Device}/waiting") != "0\n", TimeSpan.FromSeconds(30));
        other.Unmount();
        (int status, _, string errors) = Program.Finish(client);
        Assert.NotEqual(0, status);
        Assert.Contains("Software caused connection abort", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotifiedAttribute_WakesAPollingClient()
    {
        int fd = Libc.open(host.Path($"{Device}/notified"), Libc.O_RDONLY, 0);
        Assert.Equal(2, Libc.read(fd, new byte[10], 10));
        using var polling = new Barrier(2);
        Task<short> poller = Task.Factory.StartNew(
            () =>
            {
                var poll = new Libc.PollFd { Fd = fd, Events = 0xA };
                polling.SignalAndWait();
                Assert.Equal(1, Libc.poll(ref poll, 1, 30_000));
                return poll.Revents;
            },
            TaskCreationOptions.LongRunning);
        polling.SignalAndWait();
        Assert.Equal(Errno.None, host.Write($"{Device}/notified", "1"));
        Assert.Equal(0xA, await poller);
        Assert.Equal(2, Libc.pread(fd, new byte[10], 10, 0));
        _ = Libc.close(fd);
    }

    private Errno Read(string attribute)
    {
        int fd = Libc.open(host.Path($"{Device}/{attribute}"), Libc.O_RDONLY, 0);
        Errno error = Libc.read(fd, new byte[100], 100) < 0 ? Libc.LastError : Errno.None;
        _ = Libc.close(fd);
        return error;
    }

    private void WaitForWaiter() =>
        Assert.True(SpinWait.SpinUntil(() => host.Read($"{Device}/waiting") != "0\n", TimeSpan.FromSeconds(30)));
}
