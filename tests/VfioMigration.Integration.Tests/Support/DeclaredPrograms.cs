namespace VfioMigration.Integration.Tests.Support;

/// <summary>
/// A folder of links to the external programs that <c>tests/programs</c> declares: the PATH of every shell that a test starts. What is used and not declared fails, here as on a
/// machine where it is not installed.
/// </summary>
internal static class DeclaredPrograms
{
    /// <summary>Searched first: what a developer has of his own besides is not what is declared.</summary>
    private const string SystemFolders = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    /// <summary>The value of PATH.</summary>
    internal static string Folder { get; } = Make();

    private static string Make()
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-programs-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string[] places = $"{SystemFolders}:{Environment.GetEnvironmentVariable("PATH")}".Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "tests/programs")))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 2 || words[0].EndsWith(".pc", StringComparison.Ordinal))
            {
                continue;
            }

            string found = places.Select(place => Path.Combine(place, words[0])).FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException($"{words[0]} is not installed: apt-get install {words[1]}, or bash tests/run");
            File.CreateSymbolicLink(Path.Combine(folder, words[0]), found);
        }

        return folder;
    }
}
