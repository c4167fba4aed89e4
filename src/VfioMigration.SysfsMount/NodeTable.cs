using System.Runtime.InteropServices;

using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.SysfsMount;

/// <summary>
/// The nodes the kernel knows of one mount, by node id, with how often it looked each up. A node stays here, removed or not, until
/// the kernel forgets it. Does not allocate for a node that is known.
/// </summary>
internal sealed class NodeTable
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, Entry> entries = [];

    internal int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    internal void CountLookup(KernfsNode node)
    {
        lock (gate)
        {
            ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, node.Ino, out _);
            entry.Node = node;
            entry.Lookups++;
        }
    }

    internal void Forget(ulong id, ulong count)
    {
        lock (gate)
        {
            ref Entry entry = ref CollectionsMarshal.GetValueRefOrNullRef(entries, id);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry))
            {
                return;
            }

            entry.Lookups -= Math.Min(count, entry.Lookups);
            if (entry.Lookups == 0)
            {
                entries.Remove(id);
            }
        }
    }

    internal KernfsNode? Find(ulong id)
    {
        lock (gate)
        {
            return entries.TryGetValue(id, out Entry entry) ? entry.Node : null;
        }
    }

    internal bool Knows(ulong id)
    {
        lock (gate)
        {
            return entries.ContainsKey(id);
        }
    }

    internal void Clear()
    {
        lock (gate)
        {
            entries.Clear();
        }
    }

    private struct Entry
    {
        internal KernfsNode Node;
        internal ulong Lookups;
    }
}
