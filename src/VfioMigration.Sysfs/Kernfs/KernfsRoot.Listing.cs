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

            childPosition = child is null ? 0 : ((ulong)child.Hash << InoBits) | ((uint)child.Ino & InoMask);
            return child;
        }
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
