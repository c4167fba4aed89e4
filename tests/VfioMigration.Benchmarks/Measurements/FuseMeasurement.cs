using System.Globalization;

using VfioMigration.Benchmarks.Processes;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>
/// Our server against libfuse. Both servers and the load are confined to one core, so the time per operation is the processor time that
/// the operation costs on both sides of /dev/fuse.
/// </summary>
internal sealed class FuseMeasurement(Workspace workspace, NativeTools tools, BenchmarkOptions options) : IMeasurement
{
    private const int Core = 0;
    private const int WarmUpMilliseconds = 500;

    private static readonly int[] ClientCounts = [1, 2, 4];

    private static readonly (string Name, string Operation)[] Operations =
    [
        ("cat", "cat"), ("pread", "pread"), ("accepted write", "wok"), ("rejected write", "wrej"), ("stat", "stat"),
    ];

    /// <summary>Takes a server and a time limit and says how many nanoseconds an operation took.</summary>
    private delegate double Load(MountedServer server, int milliseconds);

    public void Run(Report report)
    {
        using MountedServer ours = MountedServer.StartOurs(workspace, Core);
        using MountedServer libfuse = MountedServer.StartLibfuse(workspace, tools, Core);
        CompareSameTree(report, ours, libfuse);
        CompareProductFile(report, ours, libfuse);
    }

    private void CompareSameTree(Report report, MountedServer ours, MountedServer libfuse)
    {
        Begin(report, "fuse: the same tree, ours against libfuse (multi-threaded)");
        foreach ((string name, string operation) in Operations)
        {
            WarmUp(ours, (server, milliseconds) => tools.RunFuseLoad(server, Core, operation, 2, milliseconds));
            foreach (int clients in ClientCounts)
            {
                Load load = (server, milliseconds) => tools.RunFuseLoad(server, Core, operation, clients, milliseconds);
                Compare(report, name, clients, (ours, load), (libfuse, load));
            }
        }

        Load list = (server, milliseconds) => tools.RunFuseLoad(server, Core, "rddir", 1, milliseconds);
        WarmUp(ours, list);
        Compare(report, "readdir + stat, per entry of 10,000", 1, (ours, list), (libfuse, list));
    }

    private void CompareProductFile(Report report, MountedServer ours, MountedServer libfuse)
    {
        Begin(report, $"fuse: {ProductFile.Name} of the default lab against a0 of libfuse");
        string directory = ours.PathOf(ProductFile.Directory);
        string accepted = File.ReadAllText(Path.Combine(directory, ProductFile.Name));
        (string Name, string Operation, string Ours, string Libfuse)[] cases =
        [
            ("pread", "pread", "", ""), ("accepted write", "write", accepted, "accept\n"), ("rejected write", "reject", ProductFile.RefusedText, "reject\n"),
        ];
        foreach ((string name, string operation, string ourText, string theirText) in cases)
        {
            WarmUp(ours, OfProduct(2));
            foreach (int clients in ClientCounts)
            {
                Load theirs = (server, milliseconds) =>
                    tools.RunAttributeLoad(server.LoadDirectory, Core, operation, "a0", clients, $"{milliseconds}ms", theirText);
                Compare(report, name, clients, (ours, OfProduct(clients)), (libfuse, theirs));
            }

            Load OfProduct(int clients) => (_, milliseconds) =>
                tools.RunAttributeLoad(directory, Core, operation, ProductFile.Name, clients, $"{milliseconds}ms", ourText);
        }
    }

    private void Begin(Report report, string title) => report.Table(
        title,
        $"Everything on core {Core}; {options.Rounds} interleaved rounds of {options.Milliseconds} ms a side; medians. The ratio is the median of the rounds' ratios; below 1 is faster than libfuse.",
        "operation",
        "clients",
        "ours us",
        "libfuse us",
        "ratio",
        "lowest",
        "highest");

    private static void WarmUp(MountedServer ours, Load load)
    {
        load(ours, WarmUpMilliseconds);
        load(ours, WarmUpMilliseconds);
    }

    /// <summary>The side that begins changes from round to round, so that a drift of the machine hits both alike.</summary>
    private void Compare(Report report, string name, int clients, (MountedServer Server, Load Load) ours, (MountedServer Server, Load Load) libfuse)
    {
        var rounds = new List<(double Ours, double Libfuse)>();
        for (int i = 0; i < options.Rounds; i++)
        {
            double first = i % 2 == 0 ? Once(ours) : Once(libfuse);
            double second = i % 2 == 0 ? Once(libfuse) : Once(ours);
            rounds.Add(i % 2 == 0 ? (first, second) : (second, first));
        }

        double[] ratios = [.. rounds.Select(round => round.Ours / round.Libfuse)];
        report.Row(
            name,
            $"{clients}",
            Microseconds(rounds.Select(round => round.Ours)),
            Microseconds(rounds.Select(round => round.Libfuse)),
            Ratio(Statistics.Median(ratios)),
            Ratio(ratios.Min()),
            Ratio(ratios.Max()));

        double Once((MountedServer Server, Load Load) side) => side.Load(side.Server, options.Milliseconds);
    }

    private static string Microseconds(IEnumerable<double> nanoseconds) =>
        (Statistics.Median(nanoseconds) / 1000).ToString("F2", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);
}
