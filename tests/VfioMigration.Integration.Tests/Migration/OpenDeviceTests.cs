using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary>A device that a guest has open is a reference to its driver, as an open file of a VFIO device is on the kernel (vfio_unregister_group_dev).</summary>
public sealed class OpenDeviceTests : IDisposable
{
    private readonly RunningLab lab = new(MigrationLab.Of("a", "b"));
    private readonly string uuid;

    public OpenDeviceTests()
    {
        uuid = MigrationLab.Create(lab, "mtty-1", "a");
        MigrationLab.Run(lab, "guest", "start", $"a/{uuid}", "memory=4");
    }

    private string Parent => $"{lab.Mount}/a/devices/virtual/mtty/mtty";

    private string Remove => $"{Parent}/{uuid}/remove";

    public void Dispose() => lab.Dispose();

    [Fact]
    public void Remove_WaitsForGuestStop_AndSigtermDoesNotFreeTheWriter()
    {
        using Process writer = Program.Start("/bin/bash", ["-c", $"echo 1 > '{Remove}'"]);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"{lab.Mount}/a/bus/mdev/devices/{uuid}"), Program.Limit));
        ProcessImage.Kill(writer.Id, ProcessImage.SIGTERM);
        string kmsg = WaitForLog("currently in use");

        Assert.Contains($"{uuid}: Device is currently in use, task \"bash\" ({writer.Id}) blocked until device is released", kmsg, StringComparison.Ordinal);
        Assert.False(writer.HasExited);
        Assert.Equal("running", MigrationLab.Status(lab, $"a/{uuid}"));
        Assert.Equal(1, lab.Command("driver", "unload", "mtty", "--host", "a").Status);

        MigrationLab.Run(lab, "guest", "stop", $"a/{uuid}");
        Program.Finish(writer);
        Assert.False(Directory.Exists($"{Parent}/{uuid}"));
        Assert.Single(MigrationLab.Run(lab, "dmesg", "--host", "a").Split('\n'), line => line.Contains("currently in use", StringComparison.Ordinal));
    }

    [Fact]
    public void Module_CountsTheGuest_AndIsUnloadedAfterItStopped()
    {
        Assert.Equal("1\n", File.ReadAllText($"{lab.Mount}/a/module/mtty/refcnt"));
        (int status, _, string errors) = lab.Command("driver", "unload", "mtty", "--host", "a");
        Assert.Equal((1, true), (status, errors.Contains("EAGAIN", StringComparison.Ordinal)));

        MigrationLab.Run(lab, "guest", "stop", $"a/{uuid}");
        Assert.Equal("0\n", File.ReadAllText($"{lab.Mount}/a/module/mtty/refcnt"));
        MigrationLab.Run(lab, "driver", "unload", "mtty", "--host", "a");
    }

    [Fact]
    public void Daemon_WithARemovePending_EndsOnSigterm()
    {
        using Process writer = Program.Start("/bin/bash", ["-c", $"echo 1 > '{Remove}'"]);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"{lab.Mount}/a/bus/mdev/devices/{uuid}"), Program.Limit));

        Assert.Equal(0, lab.Stop(ProcessImage.SIGTERM).Status);
        Program.Finish(writer);
        Assert.False(Directory.Exists(lab.Mount));
    }

    private string WaitForLog(string text)
    {
        string log = "";
        Assert.True(SpinWait.SpinUntil(() => (log = MigrationLab.Run(lab, "dmesg", "--host", "a")).Contains(text, StringComparison.Ordinal), Program.Limit), log);
        return log;
    }
}
