using System.Globalization;

using VfioMigration.Compatibility.Planning;
using VfioMigration.Uapi;

namespace VfioMigration.Trees;

/// <summary>
/// The types and devices of mounted trees as candidates: from the one file in which a simulated host lists them, or, in any other tree, from
/// directories and version files.
/// </summary>
public static class PlanLoader
{
    private const string Listing = "kernel/debug/vfiomig/compatibility";
    private const string Attribute = "migration_version";

    /// <param name="root">Top of a tree.</param>
    /// <param name="source">The device to migrate, which is no candidate.</param>
    public static IReadOnlyList<PlanCandidate> Load(string root, NodeDirectory source)
    {
        string host = Path.GetFileName(root);
        string listing = Path.Combine(root, Listing);
        return BoundedAccess.Run(root, () => File.Exists(listing) ? File.ReadAllLines(listing) : null) is { } lines
            ? [.. lines.Select(line => FromLine(root, host, source, line.Split('\t'))).OfType<PlanCandidate>()]
            : [.. NodeDirectory.FindAll(root, Attribute).Where(node => node.RealName != source.RealName).Select(node => FromNode(root, host, node)).OfType<PlanCandidate>()];
    }

    /// <summary>
    /// Null for a line of another form, for the source, and for a node whose file user space does not see. What would have to be created with
    /// parameters has no file; the table is queried.
    /// </summary>
    private static PlanCandidate? FromLine(string root, string host, NodeDirectory source, string[] fields)
    {
        bool isPlain = fields.Length == 6 && fields[2] == "-";
        if (fields.Length != 6
            || !NodeDirectory.TryOpen(Path.Combine(root, fields[0]), out NodeDirectory node, out _)
            || (isPlain && node.RealName == source.RealName)
            || !node.Exists(Attribute))
        {
            return null;
        }

        return new PlanCandidate(
            host,
            isPlain ? node.Label : $"{node.Label},{fields[2]}",
            fields[1] == "-" ? null : fields[1],
            isPlain ? "" : fields[2],
            node.IsType,
            fields[5],
            fields[4] == "-" ? RulesOf(root, node) : fields[4],
            NumberOf(fields[3]),
            isPlain
                ? version => node.Write(Attribute, version) == Errno.None
                : version => TreeFile.Write(Path.Combine(root, Listing), $"{fields[0]},{fields[2]} {version}") == Errno.None);
    }

    private static PlanCandidate? FromNode(string root, string host, NodeDirectory node) => !node.Read(Attribute).TryGet(out string own)
        ? null
        : new PlanCandidate(
            host,
            node.Label,
            node.TypeName,
            "",
            node.IsType,
            own,
            RulesOf(root, node),
            node.IsType && node.Read("available_instances").TryGet(out string available) ? NumberOf(available) : null,
            version => node.Write(Attribute, version) == Errno.None);

    /// <summary>When it is not specified: a driver of one tree has one set of rules. Names of hosts do not tell trees apart.</summary>
    private static string RulesOf(string root, NodeDirectory node) => $"{root}\n{node.TypeName?.Split('-')[0]}";

    private static int? NumberOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
