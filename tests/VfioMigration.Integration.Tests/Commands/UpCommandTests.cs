using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary><c>vfiomig up</c> as a process, and the commands that speak to it.</summary>
public sealed class UpCommandTests
{
    private const string TwoHosts = """
        {
          // comments are allowed
          "hosts": [
            { "name": "a", "drivers": [ { "name": "mtty", "options": { "migration_version": "true" } } ] },
            { "name": "b", "drivers": [ { "name": "mtty", "options": { "migration_version": "true", "software_version": "1.2" } } ] }
          ]
        }
        """;

    [Theory]
    [InlineData(ProcessImage.SIGINT)]
    [InlineData(ProcessImage.SIGTERM)]
    public void Signal_UnmountsAndEndsWithSuccess(int signal)
    {
        using var lab = new RunningLab();
        Assert.True(Directory.Exists($"{lab.Mount}/class/mdev_bus/0000:00:02.0"));
        Assert.Equal((0, ""), lab.Stop(signal));
        Assert.False(Directory.Exists(lab.Mount));
    }

    /// <summary>What it had to make for several hosts is gone with them; what was there stays.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("new")]
    [InlineData("new/and/newer")]
    public void SeveralHosts_WhenStopped_LeaveNoDirectoryBehind(string place)
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-place-").FullName;
        using (var lab = new RunningLab("""{ "hosts": [ { "name": "a" }, { "name": "b" } ] }""", Path.Combine(folder, place)))
        {
            Assert.True(Directory.Exists($"{lab.Mount}/b/class"));
            Assert.Equal(0, lab.Stop(ProcessImage.SIGTERM).Status);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public void SignalRightAfterTheFirstRead_StillUnmounts()
    {
        for (int i = 0; i < 5; i++)
        {
            using var lab = new RunningLab();
            Assert.Equal("24\n", File.ReadAllText($"{lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-1/available_instances"));
            Assert.Equal((0, ""), lab.Stop(ProcessImage.SIGTERM));
            Assert.False(Directory.Exists(lab.Mount));
        }
    }

    [Fact]
    public void SeveralHosts_AreTreesOfTheirOwn()
    {
        using var lab = new RunningLab(TwoHosts);
        string version = File.ReadAllText($"{lab.Mount}/a/class/mdev_bus/mtty/mdev_supported_types/mtty-1/migration_version");
        Assert.Equal("mtty-1.0-ports=1\n", version);
        Assert.Equal((0, "", ""), Program.Bash($"echo {version.Trim()} > {lab.Mount}/b/class/mdev_bus/mtty/mdev_supported_types/mtty-1/migration_version"));
        (int status, _, string errors) = Program.Bash($"echo mtty-1.2-ports=1 > {lab.Mount}/a/class/mdev_bus/mtty/mdev_supported_types/mtty-1/migration_version");
        Assert.NotEqual(0, status);
        Assert.Contains("Invalid argument", errors, StringComparison.Ordinal);
        Assert.Contains("version 1.0 cannot load the state of version 1.2 [software-version]", lab.Command("dmesg", "--host", "a").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot load", lab.Command("dmesg", "--host", "b").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CommandWithoutHostName_IsRefusedWhenSeveralRun()
    {
        using var lab = new RunningLab(TwoHosts);
        (int status, _, string errors) = lab.Command("dmesg");
        Assert.Equal(1, status);
        Assert.Contains("choose with --host; running: a, b", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void DeadMountOfAKilledServer_IsReplaced()
    {
        string directory = Directory.CreateTempSubdirectory("vfiomig-dead-").FullName;
        using (var first = new RunningLab(directory: directory))
        {
            // The kernel remembers what it was told; that must not make a dead mount look alive.
            Assert.True(File.Exists($"{directory}/class/mdev_bus/mtty/uevent"));
            Process.GetProcessById(first.ProcessId).Kill();
            Assert.NotEqual(0, first.Stop(ProcessImage.SIGTERM).Status);
            Assert.ThrowsAny<IOException>(() => File.ReadAllText($"{directory}/class/mdev_bus/mtty/uevent"));
        }

        using (var second = new RunningLab(directory: directory))
        {
            Assert.True(Directory.Exists($"{directory}/class/mdev_bus"));
        }

        Directory.Delete(directory);
    }

    [Fact]
    public void SecondServerAtTheSameDirectory_IsRefused()
    {
        using var lab = new RunningLab();
        (int status, _, string errors) = lab.Command("up", lab.Mount);
        Assert.Equal(1, status);
        Assert.Contains("already served", errors, StringComparison.Ordinal);
        Assert.True(Directory.Exists($"{lab.Mount}/class"));
    }

    [Fact]
    public void DriverCommands_LoadAndUnloadWhileMounted()
    {
        using var lab = new RunningLab();
        Assert.Equal((0, "", ""), lab.Command("driver", "unload", "mtty"));
        Assert.False(Directory.Exists($"{lab.Mount}/class/mdev_bus/mtty"));
        Assert.Contains("not loaded (ENOENT)", lab.Command("driver", "unload", "mtty").Errors, StringComparison.Ordinal);
        Assert.Contains("in use (EAGAIN)", lab.Command("driver", "unload", "mdev").Errors, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), lab.Command("driver", "load", "mtty"));
        Assert.Equal("24\n", File.ReadAllText($"{lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-1/available_instances"));
        Assert.Contains("mtty (loaded)", lab.Command("driver", "list").Output, StringComparison.Ordinal);
        Assert.Contains("no such driver (ENOENT)", lab.Command("driver", "load", "nonsense").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void IdleClientInTheMount_DoesNotKeepTheServerFromEnding()
    {
        using var lab = new RunningLab();
        using Process shell = Program.Start("/bin/bash", ["-c", $"cd {lab.Mount}/class && exec 3< mdev_bus/mtty/uevent && echo in && read && cat <&3"]);
        Program.WaitForLine(shell.StandardOutput, "in");
        Assert.Equal(0, lab.Stop(ProcessImage.SIGTERM).Status);
        (int status, _, string errors) = Program.Finish(shell);
        Assert.NotEqual(0, status);
        Assert.Equal("", errors);
    }

    [Fact]
    public void DriverPutIntoTheFolderLater_CanBeLoaded()
    {
        using var lab = new RunningLab(OnlyMtty(out string drivers));
        Assert.Contains("no such driver (ENOENT)", lab.Command("driver", "load", "mdpy").Errors, StringComparison.Ordinal);
        CopyDriver("mdpy", drivers);
        Assert.Equal((0, "", ""), lab.Command("driver", "load", "mdpy"));
        Assert.True(Directory.Exists($"{lab.Mount}/class/mdev_bus/mdpy"));
        Directory.Delete(drivers, recursive: true);
    }

    private static string OnlyMtty(out string drivers)
    {
        drivers = Directory.CreateTempSubdirectory("vfiomig-drivers-").FullName;
        CopyDriver("mtty", drivers);
        return "{ \"drivers_path\": \"" + drivers + "\", \"hosts\": [ { \"name\": \"h\", \"drivers\": [ { \"name\": \"mtty\" } ] } ] }";
    }

    private static void CopyDriver(string name, string drivers)
    {
        Directory.CreateDirectory(Path.Combine(drivers, name));
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "drivers", name)))
        {
            File.Copy(file, Path.Combine(drivers, name, Path.GetFileName(file)));
        }
    }

    [Fact]
    public void UeventsCommand_PrintsEventsAsTheyHappen()
    {
        using var lab = new RunningLab();
        using Process reader = Program.Start(Program.Path, ["uevents"], lab.Environment);
        string create = $"{lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create";

        // The reader says nothing before the first event, so devices are made until it has seen one.
        Task<string?> first = reader.StandardOutput.ReadLineAsync();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Program.Bash($"U=$(cat /proc/sys/kernel/random/uuid); echo $U > {create}; echo 1 > {lab.Mount}/bus/mdev/devices/$U/remove");
                return first.IsCompleted;
            },
            TimeSpan.FromSeconds(30)));
        Program.WaitForLine(reader.StandardOutput, "SUBSYSTEM=mdev");
        Program.WaitForLine(reader.StandardOutput, "SEQNUM=");
        lab.Stop(ProcessImage.SIGTERM);
        Assert.True(reader.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void KernelLogCommand_FollowsNewRecords()
    {
        using var lab = new RunningLab();
        using Process reader = Program.Start(Program.Path, ["dmesg", "-w", "-t"], lab.Environment);
        Program.WaitForLine(reader.StandardOutput, "mtty mtty: MDEV: Registered");
        Program.Bash($"echo nonsense > {lab.Mount}/bus/pci/devices/0000:06:10.0/migration_version");
        Program.WaitForLine(reader.StandardOutput, "vfio-pci 0000:06:10.0: migration_version: refused with EINVAL");
        reader.Kill();
    }

    [Theory]
    [InlineData("""{ "hosts": [] }""", "hosts: at least one host is required")]
    [InlineData("""{ "hosts": [ { "name": "a", "drvers": [] } ] }""", "hosts:0:drvers: unknown key; known here: compatibility, drivers, iommu, iommufd, kernel, name, pci, subchannels")]
    [InlineData("""{ "hosts": [ { "name": "a", "kernel": "5.4" } ] }""", "hosts:0:kernel: '5.4' is not a kernel whose behaviour is known; known are: 6.12, 7.2")]
    [InlineData("""{ "hosts": [ { "name": "a", "pci": [ { "address": "02.0", "id": "8086:591d" } ] } ] }""", "hosts:0:pci:0:address: '02.0' is not of the form")]
    [InlineData("""{ "hosts": [ { "name": "a", "drivers": [ { "name": "nope" } ] } ] }""", "hosts:0:drivers:0:name: no driver 'nope'")]
    [InlineData("""{ "hosts": [ { "name": "a", "drivers": [ { "name": "i915", "options": { "polcy": "strict" } } ] } ] }""", "polcy: unknown option; known are:")]
    [InlineData("""{ "hosts": """, "not valid JSON")]
    public void ConfigurationWithAMistake_IsRefusedByItsKey(string configuration, string expected)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, configuration);
        (int status, _, string errors) = Program.Vfiomig(null, "up", Path.Combine(Path.GetTempPath(), "vfiomig-never"), "--config", file);
        File.Delete(file);
        Assert.Equal(1, status);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
