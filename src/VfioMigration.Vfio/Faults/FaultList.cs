using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Faults;

/// <summary>Faults in the order they were asked for.</summary>
public abstract class FaultList<T>
{
    private const int Most = 256;

    private readonly Lock gate = new();
    private volatile T[] rules = [];

    /// <summary>All that were added and not cleared.</summary>
    public IReadOnlyList<T> Rules => rules;

    /// <summary>Adds a fault. ENOSPC when there are too many.</summary>
    public Errno Add(T rule)
    {
        lock (gate)
        {
            if (rules.Length >= Most)
            {
                return Errno.ENOSPC;
            }

            rules = [.. rules, rule];
            return Errno.None;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            rules = [];
        }
    }
}
