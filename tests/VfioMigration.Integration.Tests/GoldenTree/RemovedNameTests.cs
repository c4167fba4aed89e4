using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.GoldenTree;

/// <summary>What processes see of a name that goes away: kernfs leaves it in the name cache until it is looked up again (kernfs_dop_revalidate).</summary>
public sealed class RemovedNameTests : IDisposable
{
    private const string Devices = "devices/virtual/mtty/mtty";

    private readonly MountedHost host = MountedHost.WithSamples("mtty");

    public RemovedNameTests() => host.Create(MountedHost.Uuid);

    public void Dispose() => host.Dispose();

    [Fact]
    public void WorkingDirectoryThatIsRemoved_KeepsItsPathUntilItIsLookedUp()
    {
        string device = host.Path($"{Devices}/{MountedHost.Uuid}");

        (int status, string output, string errors) = Program.Bash($$"""
            cd {{device}} && exec 3< uevent && echo 1 > remove
            echo "$(/bin/pwd -P) $(readlink /proc/self/cwd) $(readlink /proc/$$/fd/3)"
            ls -A; cat uevent
            stat ../{{MountedHost.Uuid}} > /dev/null
            readlink /proc/self/cwd
            /bin/pwd -P
            """);

        Assert.Equal($"{device} {device} {device}/uevent\n{device} (deleted)\n", output);
        Assert.Equal(1, status);
        Assert.Contains("cat: uevent: No such file or directory\n", errors, StringComparison.Ordinal);
        Assert.Contains($"cannot statx '../{MountedHost.Uuid}': No such file or directory", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void NameThatComesBack_IsTheNewDevice()
    {
        string device = host.Path($"{Devices}/{MountedHost.Uuid}");

        (_, string output, _) = Program.Bash($$"""
            cd {{device}}; echo 1 > remove; echo {{MountedHost.Uuid}} > ../mdev_supported_types/mtty-2/create
            cat uevent 2>&1; cat {{device}}/mdev_type/name; cd {{device}}; cat uevent
            """);

        Assert.Equal("cat: uevent: No such file or directory\nDual port serial\nDRIVER=mtty\n", output);
    }
}
