using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Idxd;

/// <summary>A Data Streaming Accelerator and the work queues that it has left. Both types draw on them.</summary>
internal sealed class IdxdFunction(PciIds ids, int queues)
{
    private int free = queues;

    internal PciIds Ids { get; } = ids;

    /// <summary>When nothing is taken.</summary>
    internal int Queues { get; } = queues;

    internal int Free => Volatile.Read(ref free);

    /// <summary>Set while the function is a parent.</summary>
    internal MdevParent? Parent { get; set; }

    /// <summary>Takes queues, or gives some back when negative. False when there are not enough.</summary>
    internal bool TryTake(int wanted)
    {
        int seen;
        do
        {
            seen = Free;
            if (wanted > seen)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref free, seen - wanted, seen) != seen);
        return true;
    }
}
