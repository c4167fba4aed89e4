using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>Mistakes of a user at the command line: a sentence, where to read on, no stack trace, no effect.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-mistakes-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("host", 1, "unknown command 'host' (did you mean 'hosts'?); see 'vfiomig --help'")]
    [InlineData("nonsense", 1, "unknown command 'nonsense'; see 'vfiomig --help'")]
    [InlineData("guest", 1, "'vfiomig guest' requires a command: start, status, pause, resume, stop, verify; see 'vfiomig guest --help'")]
    [InlineData("guest strat a/b", 1, "unknown command 'strat' (did you mean 'start'?); see 'vfiomig guest --help'")]
    [InlineData("up", 1, "Required argument 'dir' missing for command: 'up'; see 'vfiomig up --help'")]
    [InlineData("up --version", 1, "unknown option '--version'; see 'vfiomig up --help'")]
    [InlineData("up --listn unix:x dir", 1, "unknown option '--listn' (did you mean '--listen'?); see 'vfiomig up --help'")]
    [InlineData("migrate a/b c/d --downtime abc", 1, "--downtime must be a whole number of milliseconds from 0 to 2147483647; see 'vfiomig migrate --help'")]
    [InlineData("migrate a/b tcp:1.2.3.4/b", 1, "'tcp:1.2.3.4/b': 'tcp:1.2.3.4' is neither unix:PATH nor tcp:NAME:PORT")]
    [InlineData("check a", 2, "Required argument 'dst' missing for command: 'check'; see 'vfiomig check --help'")]
    [InlineData("check --bogus a b", 2, "unknown option '--bogus'; see 'vfiomig check --help'")]
    [InlineData("run --bogus ls", 1, "unknown option '--bogus'; see 'vfiomig run --help'")]
    public void Mistake_IsOneLine(string arguments, int expected, string sentence)
    {
        (int status, string output, string errors) = Bash($"$VFIOMIG {arguments}");

        Assert.Equal((expected, "", $"vfiomig: {sentence}\n"), (status, output, errors));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("--help > /dev/full", 1, "vfiomig: standard output: No space left on device (ENOSPC)\n")]
    [InlineData("--help >&-", 1, "vfiomig: standard output: Bad file descriptor (EBADF)\n")]
    [InlineData("--help > /dev/full 2>&1", 1, "")]
    [InlineData("--help | true", 0, "")]
    [InlineData("nonsense 2>&-", 1, "")]
    [InlineData("up m > /dev/full", 1, "vfiomig: standard output: No space left on device (ENOSPC)\n")]
    public void OutputThatCannotBeWritten_IsOneLine(string command, int expected, string sentence)
    {
        (int status, _, string errors) = Bash($"$VFIOMIG {command}");

        Assert.Equal((expected, sentence), (status, errors));
    }

    /// <summary>Mistakes in what a command line names.</summary>
    [Theory]
    [InlineData("$VFIOMIG up ''", "the directory has an empty name")]
    [InlineData("$VFIOMIG up --config '' m", "--config has an empty value")]
    [InlineData("$VFIOMIG run --drivers '' -- true", "--drivers has an empty value")]
    [InlineData("$VFIOMIG up m --config .", ".: a directory, not a file")]
    [InlineData("printf '{\n  \"hosts\": [ }' > c; $VFIOMIG up m --config c", "c:2:14: not valid JSON")]
    [InlineData("echo '{\"hosts\":[{\"name\":\"x\",\"drivers\":[{\"name\":\"acme\",\"program\":\"\"}]}]}' > c; $VFIOMIG up m --config c", "program: is empty")]
    [InlineData("echo '{\"Serilog\":{\"MinimumLevel\":\"Bogus\"},\"hosts\":[{\"name\":\"x\"}]}' > c; $VFIOMIG up m --config c", "Serilog: ")]
    [InlineData("$VFIOMIG up m --log-file .", "--log-file .: ")]
    [InlineData("$VFIOMIG up m --listen unix:$(printf 'y%.0s' {1..200})", "the path is too long for a UNIX socket")]
    [InlineData("export VFIOMIG_RUNTIME_DIR=/tmp/$(printf 'x%.0s' {1..200}); $VFIOMIG up m", "is too long for a socket in it")]
    [InlineData("touch afile; export VFIOMIG_RUNTIME_DIR=afile; $VFIOMIG run -- true", "afile is no directory")]
    [InlineData("mkdir gone; cd gone; rmdir ../gone; $VFIOMIG up m", "the working directory has been deleted")]
    [InlineData("ulimit -n 30; $VFIOMIG hosts", "the limit of open files is 30, the runtime needs 512")]
    public void MistakeInWhatIsNamed_IsASentence(string script, string sentence)
    {
        (int status, string output, string errors) = Bash(script);

        Assert.Equal((1, ""), (status, output));
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void HelpOfACommand_IsPrinted()
    {
        (int status, string output, _) = Bash("$VFIOMIG up --help");

        Assert.Equal(0, status);
        Assert.Contains("--listen", output, StringComparison.Ordinal);
    }

    private (int Status, string Output, string Errors) Bash(string script) =>
        Program.Bash($"export VFIOMIG={Program.Path} VFIOMIG_RUNTIME_DIR={Program.NewRuntimeFolder()}; {script}", folder);
}
