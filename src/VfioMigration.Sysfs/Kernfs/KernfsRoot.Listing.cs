namespace VfioMigration.Sysfs.Kernfs;

public sealed partial class KernfsRoot
{
    /// <summary>Low bits of a position: the entry's inode number, which tells names of the same hash apart.</summary>
    private const int InoBits = 20;
    private const uint InoMask = (1 << InoBits) - 1;

    /// <summary>The first position after "." and "..".</summary>
    public const ulong FirstChildPosition = 2;

    /// <summary>
    /// The first child at or after a position, with its own position; null at the end. A position stays good while entries come and
    /// go, because it is made of the name's hash and the inode number. Does not allocate.
    /// </summary>
    public KernfsNode? ChildFrom(KernfsDirectory directory, ulong position, out ulong childPosition)
    {
        uint hash = (uint)(position >> InoBits);
        lock (gate)
        {
            KernfsNode? child = LowestOfHash(directory, hash, (uint)position & InoMask);
            if (child is null && hash < uint.MaxValue && directory.FirstFrom(hash + 1, default, inclusive: true) is { } next)
            {
                child = LowestOfHash(directory, next.Hash, 0);
            }

            childPosition = child is null ? 0 : PositionOf(child);
            return child;
        }
    }

    /// <summary>Where a listing finds a child again.</summary>
    public static ulong PositionOf(KernfsNode child) => ((ulong)child.Hash << InoBits) | ((uint)child.Ino & InoMask);

    /// <summary>
    /// As many children from a position on as fit, in the order of their positions; how many, 0 only at the end. One walk of the
    /// tree instead of one descent per child. Does not allocate.
    /// </summary>
    public int ChildrenFrom(KernfsDirectory directory, ulong position, Span<KernfsNode> into)
    {
        int count;
        lock (gate)
        {
            count = directory.CopyFrom((uint)(position >> InoBits), into);
        }

        // Equal hashes are copied by name and listed by inode number; a run that the buffer cut is left for the next call.
        bool cut = count == into.Length;
        Span<KernfsNode> copied = into[..count];
        copied.Sort(static (a, b) => PositionOf(a).CompareTo(PositionOf(b)));
        int end = cut ? copied.IndexOf(LastRun(copied)) : count;
        int start = 0;
        while (start < end && PositionOf(copied[start]) < position)
        {
            start++;
        }

        if (start < end)
        {
            copied[start..end].CopyTo(into);
            return end - start;
        }

        // The whole buffer is one run of the same hash: one by one.
        into[0] = (cut ? ChildFrom(directory, position, out _) : null)!;
        return into[0] is null ? 0 : 1;
    }

    private static KernfsNode LastRun(ReadOnlySpan<KernfsNode> sorted)
    {
        int first = sorted.Length - 1;
        while (first > 0 && sorted[first - 1].Hash == sorted[first].Hash)
        {
            first--;
        }

        return sorted[first];
    }

    /// <summary>Under the lock: of the children with exactly that hash, the one with the lowest inode bits not below a bound.</summary>
    private static KernfsNode? LowestOfHash(KernfsDirectory directory, uint hash, uint bound)
    {
        KernfsNode? lowest = null;
        KernfsNode? at = directory.FirstFrom(hash, default, inclusive: true);
        while (at is not null && at.Hash == hash)
        {
            uint bits = (uint)at.Ino & InoMask;
            if (bits >= bound && (lowest is null || bits < ((uint)lowest.Ino & InoMask)))
            {
                lowest = at;
            }

            at = directory.FirstFrom(at.Hash, at.Utf8Name, inclusive: false);
        }

        return lowest;
    }
}
