namespace VfioMigration.Sysfs.Kernfs;

/// <summary>What is done to a list of siblings that is linked by <see cref="KernfsNode.Next"/> and ordered by (hash, name).</summary>
internal static class KernfsChildList
{
    /// <param name="first">Of the list; another one when the node comes before it.</param>
    /// <param name="node">In no list.</param>
    /// <param name="length">How many are in the list afterwards, when the node was inserted; else unspecified.</param>
    internal static bool TryInsert(ref KernfsNode? first, KernfsNode node, out int length)
    {
        ref KernfsNode? at = ref first;
        length = 1;
        while (at is not null)
        {
            int order = Compare(node.Hash, node.Utf8Name, at);
            if (order == 0)
            {
                return false;
            }

            if (order < 0)
            {
                break;
            }

            at = ref at.Next;
            length++;
        }

        for (KernfsNode? after = at; after is not null; after = after.Next)
        {
            length++;
        }

        node.Next = at;
        at = node;
        return true;
    }

    /// <summary>The node must be in the list.</summary>
    internal static void Remove(ref KernfsNode? first, KernfsNode node)
    {
        ref KernfsNode? at = ref first;
        while (at != node)
        {
            at = ref at!.Next;
        }

        at = node.Next;
        node.Next = null;
    }

    internal static KernfsNode? Find(KernfsNode? first, uint hash, ReadOnlySpan<byte> name, out int visited)
    {
        visited = 0;
        for (KernfsNode? at = first; at is not null; at = at.Next)
        {
            visited++;
            int order = Compare(hash, name, at);
            if (order <= 0)
            {
                return order == 0 ? at : null;
            }
        }

        return null;
    }

    internal static KernfsNode? FirstFrom(KernfsNode? first, uint hash, ReadOnlySpan<byte> name, bool inclusive)
    {
        KernfsNode? at = first;
        while (at is not null && Compare(hash, name, at) >= (inclusive ? 1 : 0))
        {
            at = at.Next;
        }

        return at;
    }

    /// <summary>Appends the nodes of a hash not below the given one while there is room.</summary>
    internal static void CopyFrom(KernfsNode? first, uint hash, Span<KernfsNode> into, ref int count)
    {
        for (KernfsNode? at = first; at is not null && count < into.Length; at = at.Next)
        {
            if (at.Hash >= hash)
            {
                into[count++] = at;
            }
        }
    }

    private static int Compare(uint hash, ReadOnlySpan<byte> name, KernfsNode node) =>
        hash != node.Hash ? hash.CompareTo(node.Hash) : name.SequenceCompareTo(node.Utf8Name);
}
