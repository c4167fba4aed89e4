using Mono.Unix.Native;

namespace VfioMigration.Posix.Tests;

/// <summary>Sets an environment variable of the process; no other class may read the folder.</summary>
public sealed class ControlSocketFileTests : IDisposable
{
    private const string Variable = "VFIOMIG_RUNTIME_DIR";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string? before = Environment.GetEnvironmentVariable(Variable);
    private readonly string parent = Directory.CreateTempSubdirectory("vfiomig-run-").FullName;
    private readonly string folder;

    public ControlSocketFileTests()
    {
        folder = Path.Combine(parent, "control");
        Environment.SetEnvironmentVariable(Variable, folder);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, before);
        Directory.Delete(parent, recursive: true);
    }

    [Fact]
    public void Variable_NamesTheFolder() => Assert.Equal(folder, ControlSocketFile.Folder);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void WithoutVariable_TheFolderIsThatOfTheUser(string? value)
    {
        Environment.SetEnvironmentVariable(Variable, value);

        Assert.Equal(ProcessImage.IsRoot, ControlSocketFile.Folder == "/run/vfiomig");
        Assert.Contains("vfiomig", ControlSocketFile.Folder, StringComparison.Ordinal);
    }

    [Fact]
    public void NewFolder_IsForTheOwnerOnly()
    {
        Assert.Equal(folder, ControlSocketFile.CreateFolder());

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void OwnFolder_IsTakenAsItIs()
    {
        ControlSocketFile.CreateFolder();
        File.WriteAllText(Path.Combine(folder, "host"), "");

        Assert.Equal(folder, ControlSocketFile.CreateFolder());

        Assert.True(File.Exists(Path.Combine(folder, "host")));
    }

    [Fact]
    public void LinkInPlaceOfTheFolder_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(parent, "elsewhere"));
        File.CreateSymbolicLink(folder, "elsewhere");

        Assert.Throws<IOException>(() => ControlSocketFile.CreateFolder());
    }

    [Fact]
    public void FileInPlaceOfTheFolder_IsRefused()
    {
        File.WriteAllText(folder, "");

        Assert.Throws<IOException>(() => ControlSocketFile.CreateFolder());
    }

    [Fact]
    public void FolderOfAnotherUser_IsRefused()
    {
        // Root creates one for another user; other users take one of root's.
        string foreign = ProcessImage.IsRoot ? folder : "/usr";
        if (ProcessImage.IsRoot)
        {
            Directory.CreateDirectory(folder);
            Assert.Equal(0, Syscall.chown(folder, 65534, 65534));
        }

        Environment.SetEnvironmentVariable(Variable, foreign);

        Assert.Contains(Variable, Assert.Throws<IOException>(() => ControlSocketFile.CreateFolder()).Message, StringComparison.Ordinal);
    }

    /// <summary>Only the owner may enter, also when the folder was there before.</summary>
    [Fact]
    public void OwnFolderThatIsOpenToOthers_IsClosedOrRefused()
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, OwnerOnly | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);

        bool refused = Record.Exception(() => ControlSocketFile.CreateFolder()) is IOException;

        Assert.True(refused || File.GetUnixFileMode(folder) == OwnerOnly);
    }
}
