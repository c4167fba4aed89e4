using System.Globalization;

using VfioMigration.Benchmarks.Processes;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>What a program pays for its calls on the files of <c>/dev/vfio</c>, against round trips over a UNIX socket. All on one core.</summary>
internal sealed class DoorMeasurement(NativeTools tools, Workspace workspace, BenchmarkOptions options) : IMeasurement
{
    private const string Lab = """{ "hosts": [ { "name": "door", "drivers": [ { "name": "mbochs", "options": { "migration": "v2" } } ] } ] }""";

    private static readonly (string Name, int Of, int Over)[] Rows =
    [
        ("ioctl without payload (GET_API_VERSION)", 1, 0),
        ("VFIO_DEVICE_GET_INFO", 2, 0),
        ("pread of 4 bytes of a region", 3, 0),
        ("pwrite of 4 bytes of a region", 4, 0),
        ("read of 1 MiB from the data descriptor", 6, 5),
    ];

    public void Run(Report report)
    {
        string configuration = workspace.PathOf("door.json");
        File.WriteAllText(configuration, Lab);
        double[] best = tools.RunVfioDoor(PublishedProgram.Of(workspace, out _), configuration, options.Rounds);
        report.Table(
            "door: calls on /dev/vfio",
            $"Best of {options.Rounds} interleaved rounds of batches of 100 calls, in microseconds, the serving process on the same core. Over: the round trip of 32 and 36 bytes "
            + "between two C programs over a UNIX stream socket, and for the data descriptor 1 MiB read from such a socket.",
            "call",
            "ours us",
            "socket us",
            "ratio");
        foreach ((string name, int of, int over) in Rows)
        {
            report.Ratio($"door: {name}, over a socket", best[of] / best[over]);
            report.Row(name, Text(best[of] / 1000), Text(best[over] / 1000), Text(best[of] / best[over]));
        }
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
