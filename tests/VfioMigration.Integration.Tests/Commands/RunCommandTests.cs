using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary><c>vfiomig run</c>: commands to which /sys is the simulated tree.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly Dictionary<string, string> environment = new() { ["VFIOMIG_RUNTIME_DIR"] = Program.NewRuntimeFolder() };

    public void Dispose() => Directory.Delete(environment["VFIOMIG_RUNTIME_DIR"], recursive: true);

    [Fact]
    public void ExamplesOfTheProposal_WorkAsWritten()
    {
        (int status, string output, string errors) = Run("""
            T=/sys/class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4
            VERSION=$(cat $T/migration_version)
            echo $VERSION > $T/migration_version || exit 9
            mdev_UUID1=$(cat /proc/sys/kernel/random/uuid)
            mdev_UUID2=$(cat /proc/sys/kernel/random/uuid)
            echo $mdev_UUID1 > $T/create; echo $mdev_UUID2 > $T/create
            VERSION=$(cat /sys/bus/mdev/devices/$mdev_UUID1/migration_version)
            echo $VERSION > /sys/bus/mdev/devices/$mdev_UUID2/migration_version || exit 8
            echo $VERSION
            """);
        Assert.Equal((0, "8086-591d-GVTg_V5_4-00000001\n", ""), (status, output, errors));
    }

    [Fact]
    public void RestOfTheRealSys_IsReadableThroughIt()
    {
        (int status, string output, _) = Run("cat /sys/kernel/mm/transparent_hugepage/enabled && ls /sys/fs /sys/block /sys/class/net && cat /sys/class/net/lo/mtu && ls /sys/module/fuse");
        Assert.Equal(0, status);
        Assert.Contains(File.ReadAllText("/sys/kernel/mm/transparent_hugepage/enabled").Trim(), output, StringComparison.Ordinal);
        Assert.Contains("65536", output, StringComparison.Ordinal);
        Assert.Contains("parameters", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("true", 0)]
    public void ExitStatus_IsTheCommands(string script, int expected) => Assert.Equal(expected, Run(script).Status);

    [Fact]
    public void UnknownCommand_IsReportedAs127()
    {
        (int status, _, string errors) = Program.Vfiomig(environment, "run", "--", "no-such-command-here");
        Assert.Equal(127, status);
        Assert.Contains("no-such-command-here: command not found", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TerminatedRun_TakesTheCommandAndEverythingElseAlong()
    {
        using Process run = Program.Start(Program.Path, ["run", "--", "bash", "-c", "echo started; exec sleep 1000"], environment);
        Program.WaitForLine(run.StandardOutput, "started");
        ProcessImage.Kill(run.Id, ProcessImage.SIGTERM);
        Assert.Equal(143, Program.Finish(run).Status);
        Assert.Empty(Directory.GetFiles(environment["VFIOMIG_RUNTIME_DIR"]));
    }

    [Fact]
    public void Mdevctl_WorksInFull()
    {
        (int status, string output, string errors) = Run("""
            set -e
            U=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
            mdevctl types | grep -A4 i915-GVTg_V5_2$
            mdevctl start -u $U -p 0000:00:02.0 -t i915-GVTg_V5_2
            mdevctl list
            mdevctl define -u $U; mdevctl modify -u $U --auto; mdevctl list -d
            mdevctl list -d --dumpjson
            mdevctl start -u $U -p 0000:00:02.0 -t i915-GVTg_V5_2 2>&1 || true
            mdevctl stop -u $U; mdevctl list; mdevctl start -u $U; mdevctl list
            mdevctl undefine -u $U; mdevctl list -d
            """);
        Assert.Equal((0, ""), (status, errors));
        Repository.CompareWithGolden("mdevctl.txt", output);
    }

    [Fact]
    public void OtherTools_SeeWhatTheyWouldOnAKernel()
    {
        (int status, string output, _) = Run("""
            U=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
            echo $U > /sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create
            systool -b mdev -v
            udevadm info -a -p /sys/bus/mdev/devices/$U | grep -E 'KERNEL|SUBSYSTEM|DRIVER'
            lspci -n -s 00:02.0
            find /sys/class/mdev_bus/mtty/ -maxdepth 3 | sort
            grep -r . /sys/class/mdev_bus/mtty/mdev_supported_types/ 2>/dev/null | sort
            tar cf - -C /sys/devices/virtual mtty 2>/dev/null | tar tf - | wc -l
            """);
        Assert.Equal(0, status);
        Repository.CompareWithGolden("tools.txt", output);
    }

    [Fact]
    public void UdevadmMonitor_SeesTheUeventsAsTheKernels()
    {
        (int status, string output, string errors) = Run("""
            udevadm monitor --kernel --property > /tmp/vfiomig-monitor.$$ &
            M=$!
            # The monitor is ready when it is a member of the netlink group.
            while ! awk 'NR > 1 && $2 == 15 && $4 == "00000001"' /proc/net/netlink | grep -q .; do :; done
            U=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
            echo $U > /sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create
            echo 1 > /sys/bus/mdev/devices/$U/remove
            while ! grep -q "^ACTION=unbind" /tmp/vfiomig-monitor.$$; do :; done
            kill $M; wait $M
            grep "^KERNEL.* /devices/" /tmp/vfiomig-monitor.$$ | sed 's/\[[^]]*\]//; s/  */ /g'; rm /tmp/vfiomig-monitor.$$
            """);
        Assert.True(status == 0, errors);
        Assert.Equal(
            [
                "KERNEL add /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 (mdev)",
                "KERNEL add /devices/virtual/vfio/1 (vfio)",
                "KERNEL add /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001/vfio-dev/vfio1 (vfio-dev)",
                "KERNEL bind /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 (mdev)",
                "KERNEL remove /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001/vfio-dev/vfio1 (vfio-dev)",
                "KERNEL remove /devices/virtual/vfio/1 (vfio)",
                "KERNEL unbind /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 (mdev)",
            ],
            // The real kernel announces the devices behind other mounts to every network namespace.
            output.Split('\n').Where(line => line.StartsWith("KERNEL", StringComparison.Ordinal) && !line.Contains("(bdi)", StringComparison.Ordinal)).Take(7));
    }

    [Fact]
    public void SharedNetwork_KeepsTheInterfaces()
    {
        string script = "cat /proc/net/dev";
        (_, string shared, _) = Program.Vfiomig(environment, "run", "--share-net", "--", "bash", "-c", script);
        Assert.Equal(Interfaces(File.ReadAllText("/proc/net/dev")), Interfaces(shared));
        Assert.Equal(["lo"], Interfaces(Run(script).Output));
    }

    [Fact]
    public void RunThatJoinsARunningHost_SeesItsDevicesAndUevents()
    {
        using var lab = new RunningLab();
        Program.Bash($"echo {MountedHost.Uuid} > {lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create");
        (int status, string output, string errors) = lab.Command(
            "run",
            "--host",
            "host",
            "--",
            "bash",
            "-c",
            "ls /sys/bus/mdev/devices; echo 1 > /sys/bus/mdev/devices/*/remove; cat /sys/kernel/mm/transparent_hugepage/enabled; vfiomig dmesg -t | tail -n 1");
        Assert.Equal((0, ""), (status, errors));
        Assert.StartsWith(MountedHost.Uuid, output, StringComparison.Ordinal);
        Assert.EndsWith($"mtty {MountedHost.Uuid}: Removing from iommu group 1\n", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries($"{lab.Mount}/bus/mdev/devices"));
    }

    [Fact]
    public void HostThatIsNowhere_IsRefusedWithTheNamesThereAre()
    {
        (int status, _, string errors) = Program.Vfiomig(environment, "run", "--host", "nowhere", "--", "true");
        Assert.Equal(1, status);
        Assert.Contains("--host nowhere: neither a running nor a configured host; configured: host", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void OrdinaryUser_GetsATreeToo()
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-user-").FullName;
        (int status, string output, string errors) = Program.Bash(
            $"chown nobody {folder} && setpriv --reuid nobody --regid nogroup --clear-groups env VFIOMIG_RUNTIME_DIR={folder}/run HOME={folder} "
            + $"{Program.Path} run -- bash -c 'id -u; echo {MountedHost.Uuid} > /sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create; "
            + $"mdevctl list; cat /sys/bus/mdev/devices/*/uevent; ls /sys/fs | head -n 1'");
        Directory.Delete(folder, recursive: true);
        Assert.True(status == 0, errors);
        Assert.StartsWith($"0\n{MountedHost.Uuid} mtty mtty-1 manual\n", output, StringComparison.Ordinal);
        Assert.Contains("DRIVER=mtty", output, StringComparison.Ordinal);
    }

    private (int Status, string Output, string Errors) Run(string script) => Program.Vfiomig(environment, "run", "--", "bash", "-c", script);

    private static IEnumerable<string> Interfaces(string procNetDev) =>
        procNetDev.Split('\n').Skip(2).Where(line => line.Contains(':')).Select(line => line.Split(':')[0].Trim()).Order();
}
