using VfioMigration.Benchmarks.Processes;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>The file of the default lab that the product is about, and what clients do with it.</summary>
internal static class ProductFile
{
    internal const string Name = "migration_version";

    private const string TypePath = "class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4";

    /// <summary>A well-formed string of another function: refused, with a reason in the kernel log.</summary>
    private const string RefusedText = "8086-193b-GVTg_V5_4-00000001";

    internal static IReadOnlyList<(string Name, AttributeOperation Operation)> Operations(MountedServer ours)
    {
        string directory = ours.PathOf(TypePath);
        return All(directory, Name, File.ReadAllText(Path.Combine(directory, Name)), RefusedText);
    }

    /// <summary>The same operations, in the same order, on <c>a0</c> of a load tree.</summary>
    internal static IReadOnlyList<(string Name, AttributeOperation Operation)> OperationsOnLoadTree(MountedServer server) =>
        All(server.LoadDirectory, "a0", "accept\n", "reject\n");

    private static (string Name, AttributeOperation Operation)[] All(string directory, string file, string accepted, string refused) =>
    [
        ("cat", new AttributeOperation("cat", directory, file)),
        ("pread", new AttributeOperation("pread", directory, file)),
        ("accepted write", new AttributeOperation("write", directory, file, accepted)),
        ("rejected write", new AttributeOperation("reject", directory, file, refused)),
    ];
}
