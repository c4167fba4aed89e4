using System.Collections.Concurrent;
using System.Text;

using VfioMigration.Compatibility.Dialects;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Dialects;

/// <summary>
/// Everything of a host that answers for its compatibility, in one place: a planner over many hosts reads one file of each instead of a directory
/// of files, and can be queried about devices that would have to be created with parameters, which have no file of their own.
/// </summary>
internal sealed class CompatibilityTable
{
    /// <summary>The device that is logged as the reporter.</summary>
    private const string Asker = "compatibility";

    private const int MaxConfigurations = 1024;

    private readonly ConcurrentDictionary<Kobject, Entry> entries = new();

    internal void Add(CompatibilityNode node, VendorModule? driver) => entries[node.Node] = new Entry(node, driver);

    internal void Remove(Kobject kobject) => entries.TryRemove(kobject, out _);

    /// <summary>A line each: path, type or -, creation parameters or -, instances that fit or -, digest of the rules or -, version string.</summary>
    internal string List() => string.Concat(entries.Values.SelectMany(Lines).Order(StringComparer.Ordinal));

    /// <summary>
    /// Judges <c>PATH VERSION</c>, or <c>PATH,PARAMETERS VERSION</c> about a device of that type. EINVAL: not of that form, or refused so; ENOENT:
    /// there is no such path or parameters; else the driver's errno. The reason is in the kernel log.
    /// </summary>
    internal Errno Judge(ReadOnlySpan<byte> question)
    {
        int space = question.IndexOf((byte)' ');
        if (space < 0)
        {
            return Errno.EINVAL;
        }

        string[] subject = Encoding.UTF8.GetString(question[..space]).Split(',', 2);
        Entry? entry = entries.Values.FirstOrDefault(entry => PathOf(entry) == subject[0]);
        CompatibilityNode? node = subject.Length == 1 ? entry?.Node : Configured(entry, subject[1]);
        return node?.Judge(Asker, question[(space + 1)..]).Errno ?? Errno.ENOENT;
    }

    private static string PathOf(Entry entry) => entry.Node.Node.DevPath[1..];

    private static CompatibilityNode? Configured(Entry? entry, string parameters) =>
        ConfigurationsOf(entry).FirstOrDefault(configuration => configuration.Parameters == parameters) is { } found ? Configured(entry!, found) : null;

    private static CompatibilityNode Configured(Entry entry, TypeConfiguration configuration) =>
        new(entry.Node.Node, entry.Node.Kind, entry.Node.Reporter, entry.Node.TypeName, configuration.Compatibility);

    private static TypeConfiguration[] ConfigurationsOf(Entry? entry)
    {
        if (entry?.Node.Node is not MdevType type || entry.Driver is null)
        {
            return [];
        }

        return entry.Node.Guard.Call(
            VendorCall.Describe,
            (entry.Driver, type),
            static call => (Result<TypeConfiguration[]>)(call.Driver.ConfigurationsOf(call.type) ?? []).Take(MaxConfigurations).OfType<TypeConfiguration>().ToArray())
            .Result.TryGet(out TypeConfiguration[] configurations) ? configurations : [];
    }

    private static IEnumerable<string> Lines(Entry entry)
    {
        string available = entry.Node.Node is MdevType type ? $"{type.AvailableInstances}" : "-";
        return ConfigurationsOf(entry)
            .Select(configuration => Line(Configured(entry, configuration), configuration.Parameters, $"{configuration.AvailableInstances}"))
            .Prepend(Line(entry.Node, "-", available));
    }

    /// <summary>Nothing for what does not migrate.</summary>
    private static string Line(CompatibilityNode node, string parameters, string available)
    {
        string mdevType = node.Kind == NodeKind.PhysicalDevice ? "-" : node.TypeName;
        return node.GetVersion(Asker).TryGet(out string version)
            ? $"{node.Node.DevPath[1..]}\t{mdevType}\t{parameters}\t{available}\t{node.PolicyDigest() ?? "-"}\t{version}\n"
            : "";
    }

    private sealed record Entry(CompatibilityNode Node, VendorModule? Driver);
}
