using System.Diagnostics;
using System.Globalization;

using VfioMigration.Benchmarks.Processes;
using VfioMigration.Posix;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>From exec of the program to the first successful read of a file of the default lab.</summary>
internal sealed class StartMeasurement(Workspace workspace, NativeTools tools, BenchmarkOptions options) : IMeasurement
{
    private const string File = "class/mdev_bus/mtty/mdev_supported_types/mtty-1/available_instances";

    private const string Bare = "vfiomig --version";

    private string Mount => workspace.PathOf("start");

    public void Run(Report report)
    {
        string program = PublishedProgram.Of(workspace, out string build);
        Directory.CreateDirectory(Mount);
        report.Table(
            "start: exec to the first read",
            $"{options.Rounds} interleaved runs, milliseconds; all cores. {Bare} starts the runtime, reads the command line and ends.",
            "server",
            "median",
            "lowest",
            "highest");
        Round(program);
        (double Up, double Bare, double Libfuse)[] rounds = [.. Enumerable.Range(0, options.Rounds).Select(_ => Round(program))];
        Row(report, $"vfiomig up ({build})", rounds.Select(round => round.Up));
        Row(report, Bare, rounds.Select(round => round.Bare));
        Row(report, "libfuse reference", rounds.Select(round => round.Libfuse));
        report.Ratio($"start: vfiomig up over {Bare}", Statistics.Median(rounds.Select(round => round.Up / round.Bare)));
    }

    private (double Up, double Bare, double Libfuse) Round(string program)
    {
        double up = FirstRead(Path.Combine(Mount, File), program, "up", Mount);
        long began = Stopwatch.GetTimestamp();
        BenchmarkProcess.Output(program, "--version");
        double bare = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return (up, bare, FirstRead(Path.Combine(Mount, "a0"), tools.Reference, Mount, "mt", "3600"));
    }

    /// <summary>Milliseconds.</summary>
    private double FirstRead(string file, params IReadOnlyList<string> command)
    {
        double nanoseconds = tools.MeasureFirstRead(file, command);
        FuseMount.Detach(Mount);
        return nanoseconds / 1e6;
    }

    private static void Row(Report report, string name, IEnumerable<double> runs) =>
        report.Row(name, Text(Statistics.Median(runs)), Text(runs.Min()), Text(runs.Max()));

    private static string Text(double milliseconds) => milliseconds.ToString("F1", CultureInfo.InvariantCulture);
}
