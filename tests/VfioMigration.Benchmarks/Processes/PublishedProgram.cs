namespace VfioMigration.Benchmarks.Processes;

/// <summary>vfiomig as users have it, published from this checkout.</summary>
internal static class PublishedProgram
{
    private const string Ahead = "ReadyToRun";
    private const string Plain = "plain Release build, ReadyToRun could not be published";

    /// <summary>The program, compiled ahead of time where the compiler for that can be had; once in a run.</summary>
    internal static string Of(Workspace workspace, out string build)
    {
        string folder = workspace.PathOf("publish");
        string program = Path.Combine(folder, "vfiomig");
        string note = workspace.PathOf("publish.txt");
        if (File.Exists(note))
        {
            build = File.ReadAllText(note);
            return program;
        }

        string[] plain = ["publish", Path.Combine(RepositoryRoot(), "src", "VfioMigration.Cli"), "-c", "Release", "-o", folder, "--nologo", "-v", "quiet"];
        build = Ahead;
        if (!BenchmarkProcess.TryRun(null, "dotnet", [.. plain, "-r", "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true"], out string problem))
        {
            Console.Error.WriteLine($"no ReadyToRun build: {problem}");
            build = Plain;
            BenchmarkProcess.Output("dotnet", plain);
        }

        File.WriteAllText(note, build);
        return program;
    }

    private static string RepositoryRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "VfioMigration.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new BenchmarkException("the program must lie in the repository, which it publishes from");
    }
}
