using VfioMigration.Benchmarks.Processes;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>
/// Our server against libfuse. Both servers and the load are confined to one core, so the time per operation is the processor time that
/// the operation costs on both sides of /dev/fuse.
/// </summary>
internal sealed class FuseMeasurement(Workspace workspace, NativeTools tools, BenchmarkOptions options) : IMeasurement
{
    private const int Core = 0;
    private const int WarmUps = 4;
    private const int WarmUpMilliseconds = 500;

    private static readonly int[] ClientCounts = [1, 2, 4];

    private static readonly (string Name, string Operation)[] Operations =
    [
        ("cat", "cat"), ("pread", "pread"), ("accepted write", "wok"), ("rejected write", "wrej"), ("stat", "stat"),
    ];

    private readonly Comparison comparison = new(options.Rounds);
    private readonly string limit = $"{options.Milliseconds}ms";

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
            Warm(() => Load(ours, operation, 2, WarmUpMilliseconds));
            foreach (int clients in ClientCounts)
            {
                Compare(name, operation, clients);
            }
        }

        Warm(() => Load(ours, "rddir", 1, WarmUpMilliseconds));
        Compare("readdir + stat, per entry of 10,000", "rddir", 1);

        void Compare(string name, string operation, int clients) => comparison.Row(
            report,
            "fuse",
            name,
            clients,
            () => Load(ours, operation, clients, options.Milliseconds),
            () => Load(libfuse, operation, clients, options.Milliseconds));

        OperationCost Load(MountedServer server, string operation, int clients, int milliseconds) =>
            tools.RunFuseLoad(server, Core, operation, clients, milliseconds);
    }

    private void CompareProductFile(Report report, MountedServer ours, MountedServer libfuse)
    {
        Begin(report, $"fuse: {ProductFile.Name} of the default lab against a0 of libfuse");
        var pairs = ProductFile.Operations(ours).Zip(ProductFile.OperationsOnLoadTree(libfuse));
        foreach (((string name, AttributeOperation our), (_, AttributeOperation their)) in pairs)
        {
            Warm(() => tools.RunAttributeLoad(ours, Core, our, 2, $"{WarmUpMilliseconds}ms"));
            foreach (int clients in ClientCounts)
            {
                comparison.Row(
                    report,
                    ProductFile.Name,
                    name,
                    clients,
                    () => tools.RunAttributeLoad(ours, Core, our, clients, limit),
                    () => tools.RunAttributeLoad(libfuse, Core, their, clients, limit));
            }
        }
    }

    private void Begin(Report report, string title) => report.Table(
        title,
        $"Everything on core {Core}; {options.Rounds} interleaved rounds of {options.Milliseconds} ms a side; every number is the median of the "
        + "rounds. Below 1 is cheaper than libfuse. cpu counts client and server and is what to trust on a busy machine.",
        Comparison.Columns);

    /// <summary>Several times: the second tier's compiler waits until no new method was called for a while, and has one core as well.</summary>
    private static void Warm(Func<OperationCost> load)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            load();
        }
    }
}
