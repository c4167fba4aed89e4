using System.Collections.Concurrent;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// One of the proposed interfaces: files over the one verdict. None of them was ever merged into Linux.
/// </summary>
/// <param name="name">In the configuration's <c>compatibility</c>.</param>
/// <param name="origin">Who proposed it when, and "not merged".</param>
public abstract class Dialect(string name, string origin)
{
    private readonly ConcurrentDictionary<Kobject, Attached> entries = new();

    public string Name { get; } = name;

    public string Origin { get; } = origin;

    /// <summary>
    /// Names that the dialect puts into a directory; two dialects that share one cannot be chosen together. Fields of descriptions stand as
    /// <see cref="AnyField"/>.
    /// </summary>
    public abstract IReadOnlyList<string> FilesOn(NodeKind kind);

    /// <summary>Stands for files that are named like the fields of a description.</summary>
    public const string AnyField = "(fields)";

    /// <summary>
    /// The conclusion of user space from this dialect alone; null when it is not served on both sides, or answers no such
    /// question.
    /// </summary>
    public virtual DialectAnswer? Ask(INodeFiles source, INodeFiles target) => null;

    /// <summary>Hangs the files on a node. None when the dialect has none for it; EEXIST when a name is taken.</summary>
    public Errno Attach(CompatibilityNode node)
    {
        IReadOnlyList<AttributeGroup> groups = GroupsFor(node);
        var attached = new Attached(node, groups);
        if (groups.Count == 0)
        {
            return Errno.None;
        }

        if (!entries.TryAdd(node.Node, attached))
        {
            return Errno.EEXIST;
        }

        for (int i = 0; i < groups.Count; i++)
        {
            Errno error = node.Node.AddGroup(groups[i]);
            if (error != Errno.None)
            {
                entries.TryRemove(node.Node, out _);
                groups.Take(i).ToList().ForEach(node.Node.RemoveGroup);
                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>Removes the files and waits for their users.</summary>
    public void Detach(Kobject node)
    {
        if (entries.TryRemove(node, out Attached? attached))
        {
            foreach (AttributeGroup group in attached.Groups)
            {
                node.RemoveGroup(group);
            }
        }
    }

    /// <summary>The files of a node; the same groups for every node where they need no more than <see cref="Find"/>.</summary>
    protected abstract IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node);

    /// <summary>Null while the node is leaving.</summary>
    protected CompatibilityNode? Find(Kobject node) => entries.GetValueOrDefault(node)?.Node;

    private sealed record Attached(CompatibilityNode Node, IReadOnlyList<AttributeGroup> Groups);
}
