using System.Globalization;

using VfioMigration.Benchmarks.Processes;
using VfioMigration.Benchmarks.Serving;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>What a request costs the managed heap once everything that is reused exists.</summary>
internal sealed class MemoryMeasurement(Workspace workspace, NativeTools tools) : IMeasurement
{
    private const int Operations = 100_000;
    private const int WarmUp = 20_000;
    private const int Clients = 2;

    public void Run(Report report)
    {
        using MountedServer ours = MountedServer.StartOurs(workspace, core: null);
        report.Table(
            "memory: allocated in steady state",
            $"GC.GetTotalAllocatedBytes around {Operations} operations of {Clients} clients, after {WarmUp} to warm up. stat is answered by the kernel.",
            "operation",
            "requests per operation",
            "bytes per operation",
            "bytes per request");
        string product = ours.PathOf(ProductFile.Directory);
        string accepted = File.ReadAllText(Path.Combine(product, ProductFile.Name));
        (string Name, string Directory, string File, string Operation, string Text, int Requests)[] cases =
        [
            ("cat", ours.LoadDirectory, "a0", "cat", "", 3),
            ("pread", ours.LoadDirectory, "a0", "pread", "", 1),
            ("accepted write", ours.LoadDirectory, "a0", "write", "accept\n", 1),
            ("rejected write", ours.LoadDirectory, "a0", "reject", "reject\n", 1),
            ("cat migration_version", product, ProductFile.Name, "cat", "", 3),
            ("pread migration_version", product, ProductFile.Name, "pread", "", 1),
            ("accepted write to migration_version", product, ProductFile.Name, "write", accepted, 1),
            ("rejected write to migration_version", product, ProductFile.Name, "reject", ProductFile.RefusedText, 1),
        ];
        foreach ((string name, string directory, string file, string operation, string text, int requests) in cases)
        {
            tools.RunAttributeLoad(directory, 0, operation, file, Clients, $"{WarmUp}x", text);
            long overhead = -ours.ReadNumber(LoadTree.AllocatedBytes) + ours.ReadNumber(LoadTree.AllocatedBytes);
            long before = ours.ReadNumber(LoadTree.AllocatedBytes);
            tools.RunAttributeLoad(directory, 0, operation, file, Clients, $"{Operations}x", text);
            double each = Math.Max(0, ours.ReadNumber(LoadTree.AllocatedBytes) - before - overhead) / (double)Operations;
            report.Row(name, $"{requests}", Text(each), Text(each / requests));
        }
    }

    private static string Text(double bytes) => bytes.ToString("F2", CultureInfo.InvariantCulture);
}
