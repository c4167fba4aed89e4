using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Faults;

/// <summary>Faults in the order they were added.</summary>
public abstract class FaultList<T>
    where T : class
{
    private const int MaxRules = 256;

    private T[] rules = [];

    /// <summary>All that were added and not cleared.</summary>
    public IReadOnlyList<T> Rules => Volatile.Read(ref rules);

    /// <summary>Adds a fault. ENOSPC when there are too many.</summary>
    public Errno Add(T rule)
    {
        T[] seen;
        do
        {
            seen = Volatile.Read(ref rules);
            if (seen.Length >= MaxRules)
            {
                return Errno.ENOSPC;
            }
        }
        while (Interlocked.CompareExchange(ref rules, [.. seen, rule], seen) != seen);
        return Errno.None;
    }

    public void Clear() => Volatile.Write(ref rules, []);

    /// <summary>
    /// The first fault that is due on an occasion; null for none. Called on every access, so it allocates nothing: the occasion is passed
    /// on instead of captured.
    /// </summary>
    /// <param name="occasion">What is about to happen.</param>
    /// <param name="isDue">True when a fault applies to the occasion and its turn has come. Static.</param>
    protected T? FindDue<TOccasion>(TOccasion occasion, Func<T, TOccasion, bool> isDue)
    {
        foreach (T rule in Volatile.Read(ref rules))
        {
            if (isDue(rule, occasion))
            {
                return rule;
            }
        }

        return null;
    }
}
