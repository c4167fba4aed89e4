using System.Numerics;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// The children of a large directory: lists, one for each range of hashes of the same size, so that all lists one after the other are in order.
/// Hashes are even (<see cref="KernfsName"/>), so a list has one to two nodes on average, however many there are. Guarded by the root's lock.
/// </summary>
internal sealed class KernfsChildTable
{
    private const int HashBits = 31;

    private KernfsNode?[] lists;
    private int shift;

    /// <param name="first">A list that the table takes over.</param>
    internal KernfsChildTable(KernfsNode? first)
    {
        lists = Make(KernfsChildren.MaxListed);
        while (first is not null)
        {
            KernfsNode node = first;
            first = node.Next;
            TryInsert(node);
        }
    }

    internal int Count { get; private set; }

    internal bool TryInsert(KernfsNode node)
    {
        if (!KernfsChildList.TryInsert(ref lists[node.Hash >> shift], node, out _))
        {
            return false;
        }

        if (++Count > 2 * lists.Length)
        {
            Resize(2 * lists.Length);
        }

        return true;
    }

    internal void Remove(KernfsNode node)
    {
        KernfsChildList.Remove(ref lists[node.Hash >> shift], node);
        if (--Count < lists.Length / 4 && lists.Length > KernfsChildren.MaxListed)
        {
            Resize(lists.Length / 2);
        }
    }

    /// <summary>The list in which a hash would be.</summary>
    internal KernfsNode? FirstOf(uint hash) => IndexOf(hash) < lists.Length ? lists[IndexOf(hash)] : null;

    internal KernfsNode? FirstFrom(uint hash, ReadOnlySpan<byte> name, bool inclusive)
    {
        KernfsNode? found = KernfsChildList.FirstFrom(FirstOf(hash), hash, name, inclusive);
        for (int i = IndexOf(hash) + 1; found is null && i < lists.Length; i++)
        {
            found = lists[i];
        }

        return found;
    }

    internal int CopyFrom(uint hash, Span<KernfsNode> into)
    {
        int count = 0;
        for (int i = IndexOf(hash); i < lists.Length && count < into.Length; i++)
        {
            KernfsChildList.CopyFrom(lists[i], hash, into, ref count);
        }

        return count;
    }

    /// <summary>All as one list; the table must not be used afterwards.</summary>
    internal KernfsNode? ToList()
    {
        Resize(1);
        return lists[0];
    }

    /// <summary>May be an invalid index: positions of listings come from clients.</summary>
    private int IndexOf(uint hash) => (int)(hash >> shift);

    private KernfsNode?[] Make(int length)
    {
        shift = HashBits - BitOperations.Log2((uint)length);
        return new KernfsNode?[length];
    }

    /// <summary>From the last to the first, so that every node is inserted at the front of its list.</summary>
    private void Resize(int length)
    {
        KernfsNode?[] before = lists;
        lists = Make(length);
        for (int i = before.Length - 1; i >= 0; i--)
        {
            Push(before[i]);
        }
    }

    private void Push(KernfsNode? first)
    {
        KernfsNode? reversed = null;
        while (first is not null)
        {
            KernfsNode node = first;
            first = node.Next;
            node.Next = reversed;
            reversed = node;
        }

        while (reversed is not null)
        {
            KernfsNode node = reversed;
            reversed = node.Next;
            ref KernfsNode? list = ref lists[node.Hash >> shift];
            node.Next = list;
            list = node;
        }
    }
}
