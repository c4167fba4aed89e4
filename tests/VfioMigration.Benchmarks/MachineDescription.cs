using System.Runtime.InteropServices;

using VfioMigration.Benchmarks.Processes;

namespace VfioMigration.Benchmarks;

/// <summary>What the numbers of a report depend on.</summary>
internal static class MachineDescription
{
    internal static IReadOnlyList<string> Lines() =>
    [
        $"processor: {Field("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores",
        $"memory: {Field("/proc/meminfo", "MemTotal")}",
        $"kernel: {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
        $"runtime: {RuntimeInformation.FrameworkDescription}",
        $"libfuse: {BenchmarkProcess.Output("pkg-config", "--modversion", "fuse3")}",
        $"compiler: {BenchmarkProcess.Output("gcc", "-dumpfullversion")}",
        $"load average when started: {File.ReadAllText("/proc/loadavg").Trim()}",
    ];

    /// <summary>The same for a file of ratios, with the arguments that made it.</summary>
    internal static IReadOnlyDictionary<string, string> Made(IReadOnlyList<string> arguments) => Lines()
        .Select(line => line.Split(": ", 2))
        .Append(["command", $"dotnet run -c Release --project tests/VfioMigration.Benchmarks -- {string.Join(' ', arguments)}"])
        .ToDictionary(parts => parts[0], parts => parts[1]);

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}
