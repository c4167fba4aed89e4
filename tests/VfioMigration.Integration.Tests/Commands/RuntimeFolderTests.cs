using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>What other users could have prepared is not used, and nothing that is not ours is replaced.</summary>
public sealed class RuntimeFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-planted-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("mkdir real && ln -s real run", "run is a link; set VFIOMIG_RUNTIME_DIR")]
    [InlineData("mkdir run && chmod 777 run", "run can be written by other users; chmod 700 it")]
    [InlineData("mkdir run && chmod 720 run", "run can be written by other users; chmod 700 it")]
    [InlineData("touch run", "run is no directory")]
    public void FolderThatOthersCouldHaveMade_IsRefusedByDaemonAndClients(string prepare, string reason)
    {
        foreach (string command in (string[])["up mnt", "hosts", "dmesg", "guest status a/b"])
        {
            (int status, string output, string errors) = Bash($"rm -rf run real; {prepare}; {Program.Path} {command}");

            Assert.Equal((1, ""), (status, output));
            Assert.Contains(reason, errors, StringComparison.Ordinal);
            Assert.Equal(1, errors.Count(static character => character == '\n'));
        }
    }

    [RootFact("a folder of another user")]
    public void FolderOfAnotherUser_IsRefusedByDaemonAndClients() =>
        FolderThatOthersCouldHaveMade_IsRefusedByDaemonAndClients("mkdir run && chown nobody run", "run is owned by another user (uid 65534)");

    [Theory]
    [InlineData("mkdir -p mnt && touch mnt/file", "mnt is not empty")]
    [InlineData("touch mnt", "mnt is a file; a directory is needed")]
    public void DirectoryThatHoldsSomething_IsRefused(string prepare, string reason)
    {
        (int status, _, string errors) = Bash($"{prepare}; {Program.Path} up mnt");

        Assert.Equal(1, status);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void DirectoryThroughALink_IsTheSameDirectory()
    {
        using var lab = new RunningLab();
        File.CreateSymbolicLink(Path.Combine(folder, "link"), lab.Mount);

        (int status, _, string errors) = Bash($"{Program.Path} up link");

        Assert.Equal(1, status);
        Assert.Contains($"{lab.Mount} is already served by a running vfiomig", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo precious > it", "exists and is not a socket of this user")]
    [InlineData("ln -s nowhere it", "exists and is not a socket of this user")]
    [InlineData("mkdir it", "exists and is not a socket of this user")]
    public void PathOfAListenerThatIsTaken_IsLeftAlone(string prepare, string reason)
    {
        (int status, string output, string errors) = Bash($"{prepare}; ls -l it > before; {Program.Path} up mnt --listen unix:{folder}/it; echo $?; ls -l it | diff before - && echo same");

        Assert.Equal((0, "1\nsame\n"), (status, output));
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [RootFact("a socket of another user")]
    public void PathOfAListenerOfAnotherUser_IsLeftAlone() =>
        PathOfAListenerThatIsTaken_IsLeftAlone("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"it\")'; chown nobody it", "exists and is not a socket of this user");

    [Fact]
    public void DeadSocketOfAListener_IsReplacedAndALiveOneIsNot()
    {
        string path = Path.Combine(folder, "it");
        Bash("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"it\")'");
        using var lab = new RunningLab(null, null, null, "--listen", $"unix:{path}");

        (int status, _, string errors) = Bash($"{Program.Path} up mnt --listen unix:{path}");

        Assert.Equal(1, status);
        Assert.Contains("another process listens there", errors, StringComparison.Ordinal);
    }

    /// <summary>More clients than descriptors: they wait, and afterwards all is as before.</summary>
    [Fact]
    public void DaemonWithoutDescriptors_GoesOn()
    {
        (int status, string output, string errors) = Bash($$"""
            coproc bash -c 'ulimit -n 512; exec {{Program.Path}} up mnt'
            while read -u ${COPROC[0]} line; do case $line in serving*) break;; esac; done
            python3 -c '
            import socket, glob
            path = glob.glob("run/*.sock")[0]
            for round in range(3):
                held = []
                for i in range(700):
                    client = socket.socket(socket.AF_UNIX)
                    client.settimeout(0.2)
                    try:
                        client.connect(path)
                    except OSError:
                        pass
                    held.append(client)
            '
            until {{Program.Path}} hosts 2> /dev/null | cut -f 1 | grep host; do :; done
            kill -TERM $COPROC_PID; wait $COPROC_PID; echo $?
            """);

        Assert.True(status == 0, errors);
        Assert.Equal("host\n0\n", output);
    }

    /// <summary>As on a kernel nobody else reaches what is below debugfs; what is the emulator's own is for its owner alone.</summary>
    [Fact]
    public void Debugfs_HasTheModesOfTheKernel()
    {
        using var lab = new RunningLab();
        File.WriteAllText($"{lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create", MountedHost.Uuid);

        string modes = Program.Bash(
            $"stat -c '%a %s %n' . vfio vfio/*/migration/* vfiomig/kmsg vfiomig/inject vfiomig/* 2>&1 | sort -u | grep -E ' \\.$| vfio$|migration|vfiomig/(kmsg|inject|{MountedHost.Uuid})$'",
            $"{lab.Mount}/kernel/debug").Output;

        Assert.Equal(
            $"""
            400 0 vfiomig/kmsg
            444 0 vfio/{MountedHost.Uuid}/migration/features
            444 0 vfio/{MountedHost.Uuid}/migration/state
            600 0 vfiomig/inject
            700 0 .
            700 0 vfiomig/{MountedHost.Uuid}
            755 0 vfio

            """,
            modes);
        Assert.Empty(Program.Bash($"find {lab.Mount}/kernel/debug/vfiomig -perm /077").Output);
    }

    private (int Status, string Output, string Errors) Bash(string script) => Program.Bash($"export VFIOMIG_RUNTIME_DIR={folder}/run; {script}", folder);
}
