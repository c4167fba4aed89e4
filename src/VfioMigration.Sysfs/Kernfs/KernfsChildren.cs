namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// The children of one directory, ordered by (hash, name). Few of them are one list that is linked through the nodes and takes no memory
/// besides; more of them are such lists in a <see cref="KernfsChildTable"/>. Either way insertion, removal and lookup look at a number of
/// nodes that does not depend on how many children there are. Guarded by the root's lock.
/// </summary>
internal struct KernfsChildren
{
    /// <summary>Children that are kept in one list.</summary>
    internal const int MaxListed = 16;

    /// <summary>Null, the first <see cref="KernfsNode"/> of the list, or the <see cref="KernfsChildTable"/>.</summary>
    private object? content;

    internal readonly bool IsEmpty => content is null;

    internal bool TryInsert(KernfsNode node)
    {
        if (content is KernfsChildTable table)
        {
            return table.TryInsert(node);
        }

        var first = (KernfsNode?)content;
        if (!KernfsChildList.TryInsert(ref first, node, out int length))
        {
            return false;
        }

        content = length > MaxListed ? new KernfsChildTable(first) : first;
        return true;
    }

    /// <summary>The node must be a child.</summary>
    internal void Remove(KernfsNode node)
    {
        if (content is KernfsChildTable table)
        {
            table.Remove(node);
            content = table.Count <= MaxListed / 2 ? table.ToList() : table;
            return;
        }

        var first = (KernfsNode?)content;
        KernfsChildList.Remove(ref first, node);
        content = first;
    }

    internal readonly KernfsNode? Find(uint hash, ReadOnlySpan<byte> name) => Find(hash, name, out _);

    /// <param name="hash">Of the name.</param>
    /// <param name="name">In UTF-8.</param>
    /// <param name="visited">How many children were looked at.</param>
    internal readonly KernfsNode? Find(uint hash, ReadOnlySpan<byte> name, out int visited) =>
        KernfsChildList.Find(content is KernfsChildTable table ? table.FirstOf(hash) : (KernfsNode?)content, hash, name, out visited);

    /// <summary>The smallest child not before (hash, name), or strictly after it when not <paramref name="inclusive"/>.</summary>
    internal readonly KernfsNode? FirstFrom(uint hash, ReadOnlySpan<byte> name, bool inclusive) => content is KernfsChildTable table
        ? table.FirstFrom(hash, name, inclusive)
        : KernfsChildList.FirstFrom((KernfsNode?)content, hash, name, inclusive);

    /// <summary>Copies children in order, beginning with the first of a hash not below the given one; how many.</summary>
    internal readonly int CopyFrom(uint hash, Span<KernfsNode> into)
    {
        if (content is KernfsChildTable table)
        {
            return table.CopyFrom(hash, into);
        }

        int count = 0;
        KernfsChildList.CopyFrom((KernfsNode?)content, hash, into, ref count);
        return count;
    }
}
