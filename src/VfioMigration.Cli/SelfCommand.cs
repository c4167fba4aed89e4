namespace VfioMigration.Cli;

/// <summary>How to start this program again.</summary>
internal static class SelfCommand
{
    /// <summary>The folder of the program <c>vfiomig</c>.</summary>
    internal static string Folder => AppContext.BaseDirectory.TrimEnd('/');

    /// <summary>The program itself, or dotnet and the assembly when it was started that way.</summary>
    internal static IReadOnlyList<string> Words
    {
        get
        {
            string process = Environment.ProcessPath!;
            return Path.GetFileNameWithoutExtension(process) == "dotnet"
                ? [process, Path.Combine(AppContext.BaseDirectory, "vfiomig.dll")]
                : [process];
        }
    }
}
