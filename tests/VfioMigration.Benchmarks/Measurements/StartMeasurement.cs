using System.Globalization;

using VfioMigration.Benchmarks.Processes;
using VfioMigration.Posix;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>From exec of the program to the first successful read of a file of the default lab.</summary>
internal sealed class StartMeasurement(Workspace workspace, NativeTools tools) : IMeasurement
{
    private const int Runs = 10;
    private const string File = "class/mdev_bus/mtty/mdev_supported_types/mtty-1/available_instances";

    private string Mount => workspace.PathOf("start");

    public void Run(Report report)
    {
        string program = Publish(out string build);
        Directory.CreateDirectory(Mount);
        report.Table(
            "start: exec to the first read",
            $"{Runs} runs, milliseconds; all cores.",
            "server",
            "median",
            "lowest",
            "highest");
        Row(report, $"vfiomig up ({build})", Path.Combine(Mount, File), program, "up", Mount);
        Row(report, "libfuse reference", Path.Combine(Mount, "a0"), tools.Reference, Mount, "mt", "3600");
    }

    private void Row(Report report, string name, string file, params IReadOnlyList<string> command)
    {
        Once();
        double[] runs = [.. Enumerable.Range(0, Runs).Select(_ => Once() / 1e6)];
        report.Row(name, Text(Statistics.Median(runs)), Text(runs.Min()), Text(runs.Max()));

        double Once()
        {
            double nanoseconds = tools.MeasureFirstRead(file, command);
            FuseMount.Detach(Mount);
            return nanoseconds;
        }
    }

    /// <summary>The program, compiled ahead of time where the compiler for that can be had.</summary>
    private string Publish(out string build)
    {
        string folder = workspace.PathOf("publish");
        string project = Path.Combine(RepositoryRoot(), "src", "VfioMigration.Cli");
        string[] plain = ["publish", project, "-c", "Release", "-o", folder, "--nologo", "-v", "quiet"];
        build = "ReadyToRun";
        if (!ChildProcess.TryRun(null, "dotnet", [.. plain, "-r", "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true"], out string problem))
        {
            Console.Error.WriteLine($"no ReadyToRun build: {problem}");
            build = "plain Release build, ReadyToRun could not be published";
            ChildProcess.Output("dotnet", plain);
        }

        return Path.Combine(folder, "vfiomig");
    }

    private static string RepositoryRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !System.IO.File.Exists(Path.Combine(at, "VfioMigration.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new BenchmarkException("start: the program must lie in the repository, which it publishes from");
    }

    private static string Text(double milliseconds) => milliseconds.ToString("F1", CultureInfo.InvariantCulture);
}
