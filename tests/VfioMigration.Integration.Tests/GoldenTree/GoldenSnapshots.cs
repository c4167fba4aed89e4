using System.Text.Json;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.GoldenTree;

/// <summary>The snapshots of sysfs-tree.json by the first word of their label (S0, S0b, S1, ...).</summary>
internal static class GoldenSnapshots
{
    internal static IReadOnlyDictionary<string, GoldenEntry[]> Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.Golden("sysfs-tree.json")));
        return document.RootElement.GetProperty("snapshots").EnumerateArray().ToDictionary(
            snapshot => snapshot.GetProperty("label").GetString()!.Split(' ')[0],
            snapshot => snapshot.GetProperty("entries").Deserialize<GoldenEntry[]>()!);
    }
}
