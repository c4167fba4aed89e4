using System.Diagnostics;

using VfioMigration.Integration.Tests.Migration;
using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Faults;

/// <summary>Faults on demand, by file and by scenario.</summary>
public sealed class InjectedFaultTests
{
    private const string Inject = "kernel/debug/vfiomig/inject";

    [Fact]
    public void ThirdShowOfAFile_GetsItsErrno()
    {
        using var host = MountedHost.WithSamples("mtty");
        string file = $"{MountedHost.MttyTypes}/mtty-1/available_instances";
        Assert.Equal(Errno.None, host.Write(Inject, "show available_instances ENOMEM n=3\n"));

        Assert.Equal("24\n", host.Read(file));
        Assert.Equal("24\n", host.Read(file));
        Assert.Contains("Cannot allocate memory", Program.Bash($"cat '{host.Path(file)}'").Errors, StringComparison.Ordinal);
        Assert.Equal("24\n", host.Read(file));
    }

    [Fact]
    public void StoreOfAFile_GetsItsErrno_AndClearTakesTheRuleBack()
    {
        using var host = MountedHost.WithSamples("mtty");
        string create = $"{MountedHost.MttyTypes}/mtty-1/create";
        host.Write(Inject, "store create EPERM\nstore create EIO\n");
        Assert.Equal(Errno.EPERM, host.Write(create, MountedHost.Uuid));
        Assert.Equal("store create EPERM\nstore create EIO\n", host.Read(Inject));
        host.Write(Inject, "clear");

        Assert.Equal(Errno.None, host.Write(create, MountedHost.Uuid));
        Assert.Equal("", host.Read(Inject));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("show name")]
    [InlineData("show name ENOTHING")]
    [InlineData("show name EIO n=0")]
    [InlineData("store name delay=x")]
    public void WhatIsNoRule_IsRefusedWithAReason(string rule)
    {
        using var host = MountedHost.WithSamples("mtty");
        host.DrainLog();

        Assert.Equal(Errno.EINVAL, host.Write(Inject, rule));
        Assert.Contains(host.DrainLog(), line => line.Contains("expected: show|store", StringComparison.Ordinal));
    }

    /// <summary>A slow store holds up its own caller only, and can be interrupted.</summary>
    [Fact]
    public void SlowStore_CanBeInterrupted()
    {
        using var host = MountedHost.WithSamples("mtty");
        host.Write(Inject, "store create delay=600000");
        using Process slow = Program.Start("/bin/bash", ["-c", $"echo begun; echo {MountedHost.Uuid} > '{host.Path($"{MountedHost.MttyTypes}/mtty-1/create")}'"]);
        Program.WaitForLine(slow.StandardOutput, "begun");
        Assert.Equal("24\n", host.Read($"{MountedHost.MttyTypes}/mtty-1/available_instances"));

        ProcessImage.Kill(slow.Id, 9);

        Assert.True(slow.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal("24\n", host.Read($"{MountedHost.MttyTypes}/mtty-1/available_instances"));
    }

    /// <summary>mdev_unregister_parent while a creation is under way: the creation ends, its device goes with the parent.</summary>
    [Fact]
    public void ParentRemovedInMidCreate_TakesTheDeviceAlong()
    {
        using var host = MountedHost.WithSamples("mtty");
        host.Write(Inject, "remove-parent mtty");

        host.Write($"{MountedHost.MttyTypes}/mtty-1/create", MountedHost.Uuid);

        Assert.True(SpinWait.SpinUntil(() => host.Host.Mdev.Parents.Count == 0, TimeSpan.FromSeconds(30)));

        // Nobody who could be kept waiting asked for the removal, so what the kernel has cached of it goes a moment later.
        Assert.All(
            [$"bus/mdev/devices/{MountedHost.Uuid}", MountedHost.MttyTypes],
            path => Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(host.Path(path)), TimeSpan.FromSeconds(30))));
        Assert.Empty(host.Host.Vfio.Devices);
    }

    [Fact]
    public void Scenario_ReachesHostsAndDevicesThatDoNotExistYet()
    {
        string scenario = Path.GetTempFileName();
        const string Uuid = "000000a9-1111-4222-8333-444455556666";
        File.WriteAllText(scenario, $"# a comment\na: store remove EIO\na/{Uuid}: arc RUNNING RUNNING_P2P ENOMEM\n");
        using var lab = new RunningLab(MigrationLab.Of("a"), null, null, "--inject", scenario);
        File.WriteAllText($"{lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create", Uuid);

        (_, string output, string errors) = Program.Bash(
            $"cat kernel/debug/vfiomig/{Uuid}/inject; echo STOP > kernel/debug/vfiomig/{Uuid}/state; echo 1 > bus/mdev/devices/{Uuid}/remove; ls bus/mdev/devices", lab.Mount);

        Assert.Equal($"arc RUNNING RUNNING_P2P ENOMEM\n{Uuid}\n", output);
        Assert.Contains("Cannot allocate memory", errors, StringComparison.Ordinal);
        Assert.Contains("Input/output error", errors, StringComparison.Ordinal);
        File.Delete(scenario);
    }

    [Fact]
    public void ScenarioThatIsInvalid_IsNamedWithItsLine()
    {
        string scenario = Path.GetTempFileName();
        File.WriteAllText(scenario, "\nhost: show\nnowhere: show name EIO\n");

        (int status, _, string errors) = Program.Vfiomig(null, "up", Path.Combine(Path.GetTempPath(), "vfiomig-never"), "--inject", scenario);

        Assert.Equal(1, status);
        Assert.Contains($"{scenario}:2: expected: ", errors, StringComparison.Ordinal);
        Assert.Contains($"{scenario}:3: no host 'nowhere'; available: host", errors, StringComparison.Ordinal);
        File.Delete(scenario);
    }
}
