namespace VfioMigration.Integration.Tests.Support;

/// <summary>
/// A table of docs/sysfs-abi.md: what is not as in the kernel, row by row, each with its reason. The first column is the key in
/// backquotes; keys may end with an asterisk.
/// </summary>
internal static class AllowList
{
    internal static IReadOnlyDictionary<string, string> Read(string heading)
    {
        var rows = new Dictionary<string, string>();
        IEnumerable<string> section = File.ReadLines(Repository.Document("sysfs-abi.md"))
            .SkipWhile(line => line != heading)
            .Skip(1)
            .TakeWhile(line => !line.StartsWith('#'));
        foreach (string line in section.Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            string[] cells = line.Trim('|', ' ').Split(" | ");
            Assert.True(cells.Length == 2 && cells[1].Trim().Length > 10, $"no reason in: {line}");
            rows.Add(cells[0].Trim().Trim('`'), cells[1].Trim());
        }

        Assert.NotEmpty(rows);
        return rows;
    }

    internal static bool Covers(IEnumerable<string> keys, string value) =>
        keys.Any(key => key.EndsWith('*') ? value.StartsWith(key[..^1], StringComparison.Ordinal) : value == key);
}
