using VfioMigration.Integration.Tests.Compatibility;
using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>What cannot be asked is status 2 and a message, never the answer no, and never a change.</summary>
public sealed class QuestionArgumentsTests : IDisposable
{
    private const string Type = CompatibilityLab.Graphics + "/i915-GVTg_V5_4";

    private readonly CompatibilityLab lab = CompatibilityLab.Strict();
    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-plain-").FullName;

    public void Dispose()
    {
        lab.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("check '' ''", "an empty path is not a type or device")]
    [InlineData("explain one/" + Type + " ''", "an empty path is not a type or device")]
    [InlineData("plan ''", "an empty path is not a type or device")]
    [InlineData("replicate ''", "not a mediated device")]
    [InlineData("check /etc/passwd /etc/passwd", "/etc/passwd: neither a type")]
    [InlineData("check one two", "one: neither a type")]
    [InlineData("check one/" + Type + " two/bus/pci", "two/bus/pci: neither a type")]
    [InlineData("check one/" + Type + " two/" + Type + " --attribute ../name", "--attribute: not the name of a file")]
    [InlineData("check one/" + Type + " two/" + Type + " --attribute ''", "--attribute: not the name of a file")]
    [InlineData("lint --hosts one --attribute nonsense", "no device in")]
    [InlineData("matrix --hosts one --html /nonexistent/x.html", "/nonexistent/x.html: ")]
    [InlineData("matrix --hosts one --html one/x.html", "one/x.html: ")]
    public void ArgumentThatIsInvalid_IsStatusTwoAndASentence(string arguments, string sentence)
    {
        (int status, string output, string errors) = lab.Vfiomig(arguments);

        Assert.True(status == 2, $"{status} {output} {errors}");
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    /// <summary>What is in the place of the file, in a plain copy of a type that is asked as a source: nothing of it is an answer.</summary>
    [Theory]
    [InlineData("mkfifo", "not a regular file")]
    [InlineData("ln -s /dev/null", "not a regular file")]
    public void SourceThatIsNoFile_IsStatusTwoAndTheReason(string make, string reason)
    {
        Program.Bash($"mkdir -p bus devices/p/mdev_supported_types/i915-GVTg_V5_4 && {make} devices/p/mdev_supported_types/i915-GVTg_V5_4/migration_version", folder);

        (int status, string output, string errors) = lab.Vfiomig($"check {folder}/devices/p/mdev_supported_types/i915-GVTg_V5_4 two/{Type}");

        Assert.Equal((2, ""), (status, output));
        Assert.Contains($"migration_version: {reason}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TreeWhoseServerHasStopped_IsStatusTwoAndTheReason()
    {
        VfioMigration.Posix.ProcessImage.Kill(lab.ProcessId, VfioMigration.Posix.ProcessImage.SIGSTOP);
        (int status, string output, string errors) = lab.Vfiomig($"check one/{Type} two/{Type}");
        VfioMigration.Posix.ProcessImage.Kill(lab.ProcessId, VfioMigration.Posix.ProcessImage.SIGCONT);

        Assert.Equal((2, ""), (status, output));
        Assert.Contains("does not answer within 10 s", errors, StringComparison.Ordinal);
    }

    /// <summary>Another user may look at root's tree and not write to it.</summary>
    [RootTheory("a second user")]
    [InlineData("check one/" + Type + " two/" + Type)]
    [InlineData("explain one/" + Type + " two/" + Type)]
    [InlineData("matrix --hosts two")]
    [InlineData("plan one/" + Type + " --on two")]
    public void TreeOfAnotherUser_CannotBeAsked(string arguments)
    {
        File.SetUnixFileMode(Path.GetDirectoryName(lab.Mount)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        (int status, string output, string errors) = Program.Bash(
            $"export VFIOMIG_RUNTIME_DIR={folder}/none HOME={folder}; exec {Program.AsOrdinaryUser} {Program.Path} {arguments}", lab.Mount);

        Assert.True(status == 2, $"{status} {output} {errors}");
        Assert.Contains(": Permission denied (EACCES)", errors, StringComparison.Ordinal);
        Assert.Equal("", output);
    }

    /// <summary>A saved copy of a tree: a string of it may be asked about, but nobody is asked by writing into it.</summary>
    [Theory]
    [InlineData("check LIVE/" + Type + " COPY/" + Type, 2)]
    [InlineData("explain LIVE/" + Type + " COPY/" + Type, 2)]
    [InlineData("matrix --hosts COPY", 2)]
    [InlineData("plan LIVE/" + Type + " --on COPY", 2)]
    [InlineData("lint --hosts COPY", 2)]
    [InlineData("check COPY/" + Type + " LIVE/" + Type, 0)]
    public void PlainFiles_AreNeverWritten(string arguments, int expected)
    {
        string types = Path.Combine(folder, "devices/pci0000:00/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4");
        Directory.CreateDirectory(types);
        Directory.CreateDirectory(Path.Combine(folder, "bus/mdev/devices"));
        Directory.CreateDirectory(Path.Combine(folder, "class/mdev_bus"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "class/mdev_bus/0000:00:02.0"), "../../devices/pci0000:00/0000:00:02.0");
        string version = File.ReadAllText(Path.Combine(lab.Mount, "two", Type, "migration_version"));
        File.WriteAllText(Path.Combine(types, "migration_version"), version);

        (int status, string output, string errors) = lab.Vfiomig(arguments.Replace("COPY", folder, StringComparison.Ordinal).Replace("LIVE", "one", StringComparison.Ordinal));

        Assert.True(status == expected, $"{status} {output} {errors}");
        Assert.Equal(version, File.ReadAllText(Path.Combine(types, "migration_version")));
        Assert.Equal(expected == 2, errors.Contains("plain files", StringComparison.Ordinal));
    }

    [Fact]
    public void TreeNamedTwice_IsLookedAtOnce()
    {
        string once = lab.Vfiomig($"plan one/{Type} --on two --json").Output;

        Assert.Equal(once, lab.Vfiomig($"plan one/{Type} --on two two --json").Output);
    }
}
