using System.Globalization;

using VfioMigration.Benchmarks.Processes;
using VfioMigration.Benchmarks.Serving;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>What a request costs the managed heap once everything that is reused exists.</summary>
internal sealed class MemoryMeasurement(Workspace workspace, NativeTools tools) : IMeasurement
{
    private const int Core = 0;
    private const int Operations = 100_000;
    private const int WarmUp = 20_000;
    private const int Clients = 2;

    /// <summary>OPEN, READ and RELEASE; every other operation is one request on a file that stays open.</summary>
    private const int RequestsOfCat = 3;

    public void Run(Report report)
    {
        using MountedServer ours = MountedServer.StartOurs(workspace, core: null);
        report.Table(
            "memory: allocated in steady state",
            $"GC.GetTotalAllocatedBytes around {Operations} operations of {Clients} clients, after {WarmUp} to warm up.",
            "operation",
            "file",
            "requests per operation",
            "bytes per request");
        foreach ((string name, AttributeOperation operation) in ProductFile.OperationsOnLoadTree(ours).Concat(ProductFile.Operations(ours)))
        {
            int requests = operation.Verb == "cat" ? RequestsOfCat : 1;
            double bytes = Allocated(ours, operation) / (double)(Operations * requests);
            report.Row(name, operation.File, $"{requests}", bytes.ToString("F2", CultureInfo.InvariantCulture));
        }
    }

    private long Allocated(MountedServer ours, AttributeOperation operation)
    {
        tools.RunAttributeLoad(ours, Core, operation, Clients, $"{WarmUp}x");
        long first = ours.ReadNumber(LoadTree.AllocatedBytes);
        long second = ours.ReadNumber(LoadTree.AllocatedBytes);
        tools.RunAttributeLoad(ours, Core, operation, Clients, $"{Operations}x");
        return Math.Max(0, ours.ReadNumber(LoadTree.AllocatedBytes) - second - (second - first));
    }
}
