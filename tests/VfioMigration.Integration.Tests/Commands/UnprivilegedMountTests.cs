using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary><c>vfiomig up</c> and what follows from it, by an ordinary user through fusermount3.</summary>
public sealed class UnprivilegedMountTests : IDisposable
{
    private const string Types = "mnt/class/mdev_bus/mtty/mdev_supported_types";

    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-helper-").FullName;

    public UnprivilegedMountTests()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Program.Bash($"chown nobody {folder}");
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void OrdinaryUser_MountsThroughTheHelperAndUnmounts()
    {
        (int status, string output, string errors) = Up($"cat {Types}/mtty-1/name");
        Assert.True(status == 0, errors);
        Assert.Equal("Single port serial\n0\n", output);
        Assert.Equal(["run", "script"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order());
    }

    /// <summary>All is his, with the modes that root has on a kernel; the three commands that up prints work.</summary>
    [Fact]
    public void OrdinaryUser_OwnsTheTreeThatHeMounted()
    {
        (int status, string output, string errors) = Up($$"""
            find mnt \( ! -uid $(id -u) -o ! -gid $(id -g) \) -print
            stat -c %a {{Types}}/mtty-1/create {{Types}}/mtty-1/name
            echo {{MountedHost.Uuid}} > {{Types}}/mtty-1/create && ls mnt/bus/mdev/devices
            T=mnt/class/mdev_bus/0000:00:02.0/mdev_supported_types
            version=$(cat $T/i915-GVTg_V5_4/migration_version) && echo $version > $T/i915-GVTg_V5_4/migration_version && echo accepted
            {{Program.Path}} check $T/i915-GVTg_V5_4 $T/i915-GVTg_V5_4 | head -n 1
            echo 1 > mnt/bus/mdev/devices/{{MountedHost.Uuid}}/remove && ls mnt/bus/mdev/devices
            """);
        Assert.True(status == 0, errors);
        Assert.Equal($"200\n444\n{MountedHost.Uuid}\naccepted\ncompatible\n0\n", output);
        Assert.Equal("", errors);
    }

    [Fact]
    public void DemoOfAnOrdinaryUser_IsTheGoldenOne()
    {
        (int status, string output, string errors) = AsUser($"{Program.Path} demo");
        Assert.Equal((0, ""), (status, errors));
        Repository.CompareWithGolden("demo.txt", output);
    }

    /// <summary>The commands run while the tree is mounted; the exit status of <c>up</c> is the last line.</summary>
    private (int Status, string Output, string Errors) Up(string commands) => AsUser($$"""
        coproc {{Program.Path}} up mnt
        while read -u ${COPROC[0]} line; do case $line in serving*) break;; esac; done
        {{commands}}
        kill -TERM $COPROC_PID; wait $COPROC_PID; echo $?
        """);

    private (int Status, string Output, string Errors) AsUser(string script)
    {
        File.WriteAllText(Path.Combine(folder, "script"), script);
        return Program.Bash($"cd {folder} && exec {Program.AsOrdinaryUser} env HOME={folder} VFIOMIG_RUNTIME_DIR={folder}/run TMPDIR={folder} bash script");
    }
}
