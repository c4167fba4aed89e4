using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary><c>vfiomig up</c> by an ordinary user, through fusermount3.</summary>
public sealed class UnprivilegedMountTests
{
    [Fact]
    public void OrdinaryUser_MountsThroughTheHelperAndUnmounts()
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-helper-").FullName;
        string script =
            $"chown nobody {folder}; setpriv --reuid nobody --regid nogroup --clear-groups env VFIOMIG_RUNTIME_DIR={folder}/run bash -c '"
            + $"coproc {Program.Path} up {folder}/mnt; "
            + "while read -u ${COPROC[0]} line; do case $line in serving*) break;; esac; done; "
            + $"cat {folder}/mnt/class/mdev_bus/mtty/mdev_supported_types/mtty-1/name; kill -TERM $COPROC_PID; wait $COPROC_PID; echo $?; ls {folder}'";
        (int status, string output, string errors) = Program.Bash(script);
        Directory.Delete(folder, recursive: true);
        Assert.True(status == 0, errors);
        Assert.Equal("Single port serial\n0\nrun\n", output);
    }
}
