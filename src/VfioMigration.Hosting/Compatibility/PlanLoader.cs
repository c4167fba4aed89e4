using System.Globalization;

using VfioMigration.Compatibility.Planning;
using VfioMigration.Uapi;

namespace VfioMigration.Hosting.Compatibility;

/// <summary>
/// The types and devices of mounted trees as candidates: from the one file in which a simulated host lists them, or, in any other tree, from
/// directories and version files.
/// </summary>
public static class PlanLoader
{
    private const string Listing = "kernel/debug/vfiomig/compatibility";
    private const string Attribute = "migration_version";

    /// <param name="root">Top of a tree.</param>
    public static IReadOnlyList<PlanCandidate> Load(string root)
    {
        string host = Path.GetFileName(root);
        string listing = Path.Combine(root, Listing);
        return File.Exists(listing)
            ? [.. File.ReadLines(listing).Select(line => FromLine(root, host, line.Split('\t'))).OfType<PlanCandidate>()]
            : [.. NodeDirectory.FindAll(root, Attribute).Select(node => FromNode(host, node)).OfType<PlanCandidate>()];
    }

    /// <summary>
    /// Null for a line of another form, and for a node whose file user space does not see. What would have to be created with parameters has no
    /// file; the table is asked.
    /// </summary>
    private static PlanCandidate? FromLine(string root, string host, string[] fields)
    {
        if (fields.Length != 6 || !NodeDirectory.TryOpen(Path.Combine(root, fields[0]), out NodeDirectory node, out _) || !node.Exists(Attribute))
        {
            return null;
        }

        bool isPlain = fields[2] == "-";
        return new PlanCandidate(
            host,
            isPlain ? node.Label : $"{node.Label},{fields[2]}",
            fields[1] == "-" ? null : fields[1],
            isPlain ? "" : fields[2],
            node.IsType,
            fields[5],
            fields[4] == "-" ? null : fields[4],
            NumberOf(fields[3]),
            isPlain
                ? version => node.Write(Attribute, version) == Errno.None
                : version => NodeDirectory.WriteFile(Path.Combine(root, Listing), $"{fields[0]},{fields[2]} {version}") == Errno.None);
    }

    private static PlanCandidate? FromNode(string host, NodeDirectory node) => !node.Read(Attribute).TryGet(out string own)
        ? null
        : new PlanCandidate(
            host,
            node.Label,
            node.TypeName,
            "",
            node.IsType,
            own,
            null,
            node.IsType && node.Read("available_instances").TryGet(out string available) ? NumberOf(available) : null,
            version => node.Write(Attribute, version) == Errno.None);

    private static int? NumberOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
