namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// The children of one directory as a treap whose tree nodes are the kernfs nodes themselves: insertion, removal and lookup in
/// O(log n) without any memory besides two references per node. Ordered by (hash, name). Guarded by the root's lock.
/// </summary>
internal struct KernfsChildren
{
    private KernfsNode? top;

    internal readonly bool IsEmpty => top is null;

    internal bool TryInsert(KernfsNode node)
    {
        if (Find(node.Hash, node.Utf8Name) is not null)
        {
            return false;
        }

        top = Insert(top, node);
        return true;
    }

    internal void Remove(KernfsNode node)
    {
        top = Remove(top, node);
        node.Left = node.Right = null;
    }

    internal readonly KernfsNode? Find(uint hash, ReadOnlySpan<byte> name)
    {
        KernfsNode? at = top;
        while (at is not null)
        {
            int order = Compare(hash, name, at);
            if (order == 0)
            {
                return at;
            }

            at = order < 0 ? at.Left : at.Right;
        }

        return null;
    }

    /// <summary>The smallest child not before (hash, name), or strictly after it when not <paramref name="inclusive"/>.</summary>
    internal readonly KernfsNode? FirstFrom(uint hash, ReadOnlySpan<byte> name, bool inclusive)
    {
        KernfsNode? best = null;
        KernfsNode? at = top;
        while (at is not null)
        {
            int order = Compare(hash, name, at);
            if (order < 0 || (order == 0 && inclusive))
            {
                best = at;
                at = at.Left;
            }
            else
            {
                at = at.Right;
            }
        }

        return best;
    }

    /// <summary>Copies children in order, beginning with the first of a hash not below the given one; how many.</summary>
    internal readonly int CopyFrom(uint hash, Span<KernfsNode> into)
    {
        int count = 0;
        Copy(top, hash, into, ref count);
        return count;
    }

    private static void Copy(KernfsNode? at, uint hash, Span<KernfsNode> into, ref int count)
    {
        for (; at is not null && count < into.Length; at = at.Right)
        {
            if (at.Hash < hash)
            {
                continue;
            }

            Copy(at.Left, hash, into, ref count);
            if (count < into.Length)
            {
                into[count++] = at;
            }
        }
    }

    private static int Compare(uint hash, ReadOnlySpan<byte> name, KernfsNode node) =>
        hash != node.Hash ? hash.CompareTo(node.Hash) : name.SequenceCompareTo(node.Utf8Name);

    /// <summary>Inode numbers count up; multiplied by an odd constant they serve as the treap's random priorities.</summary>
    private static uint Priority(KernfsNode node) => (uint)node.Ino * 2654435769;

    private static KernfsNode Insert(KernfsNode? at, KernfsNode node)
    {
        if (at is null)
        {
            return node;
        }

        if (Compare(node.Hash, node.Utf8Name, at) < 0)
        {
            at.Left = Insert(at.Left, node);
            return Priority(at.Left) > Priority(at) ? RotateRight(at) : at;
        }

        at.Right = Insert(at.Right, node);
        return Priority(at.Right) > Priority(at) ? RotateLeft(at) : at;
    }

    private static KernfsNode? Remove(KernfsNode? at, KernfsNode node)
    {
        if (at is null)
        {
            return null;
        }

        if (at == node)
        {
            return Merge(node.Left, node.Right);
        }

        if (Compare(node.Hash, node.Utf8Name, at) < 0)
        {
            at.Left = Remove(at.Left, node);
        }
        else
        {
            at.Right = Remove(at.Right, node);
        }

        return at;
    }

    private static KernfsNode? Merge(KernfsNode? left, KernfsNode? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        if (Priority(left) > Priority(right))
        {
            left.Right = Merge(left.Right, right);
            return left;
        }

        right.Left = Merge(left, right.Left);
        return right;
    }

    private static KernfsNode RotateRight(KernfsNode at)
    {
        KernfsNode up = at.Left!;
        at.Left = up.Right;
        up.Right = at;
        return up;
    }

    private static KernfsNode RotateLeft(KernfsNode at)
    {
        KernfsNode up = at.Right!;
        at.Right = up.Left;
        up.Left = at;
        return up;
    }
}
