namespace VfioMigration.Sysfs.Kernfs;

public sealed partial class KernfsRoot
{
    /// <summary>Room for entries of one directory whose names have the same hash.</summary>
    private const int OrdinalBits = 20;

    /// <summary>The first position after "." and "..".</summary>
    public const ulong FirstChildPosition = 2;

    /// <summary>
    /// The first child at or after a position, with its own position; null at the end. A position stays good while entries come and
    /// go, because it is made of the name's hash. Does not allocate.
    /// </summary>
    public KernfsNode? ChildFrom(KernfsDirectory directory, ulong position, out ulong childPosition)
    {
        uint hash = (uint)(position >> OrdinalBits);
        uint ordinal = (uint)position & ((1 << OrdinalBits) - 1);
        lock (gate)
        {
            KernfsNode? child = directory.FirstFrom(hash, default, inclusive: true);
            uint skipped = 0;
            while (child is not null && child.Hash == hash && skipped < ordinal)
            {
                child = directory.FirstFrom(child.Hash, child.Utf8Name, inclusive: false);
                skipped++;
            }

            childPosition = child is null ? 0 : Position(child, hash, skipped);
            return child;
        }
    }

    private static ulong Position(KernfsNode child, uint hash, uint skipped) =>
        ((ulong)child.Hash << OrdinalBits) | (child.Hash == hash ? skipped : 0);
}
