namespace VfioMigration.Vmm;

/// <summary>
/// Who has the guest of each migration, as decided here, once. A process has one for the migrations it is the source of and
/// one for those it is the target of.
/// </summary>
public sealed class MigrationLedger
{
    /// <summary>Older decisions are forgotten; they are not queried any more. What is not decided is kept.</summary>
    private const int MaxEntries = 4096;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, MigrationOutcome> outcomes = [];
    private readonly HashSet<Guid> claimed = [];
    private readonly Queue<Guid> ages = new();

    /// <summary>A migration begins, undecided. False for one that is known already: another one has its identifier.</summary>
    public bool TryBegin(Guid id)
    {
        lock (gate)
        {
            bool isNew = !outcomes.ContainsKey(id);
            if (isNew)
            {
                Set(id, MigrationOutcome.Undecided);
            }

            return isNew;
        }
    }

    /// <summary>
    /// This side begins to run the guest: until it has taken it or given it back, it cannot be abandoned. False when it was
    /// abandoned before: then it must never run here.
    /// </summary>
    public bool TryClaim(Guid id)
    {
        lock (gate)
        {
            return outcomes.GetValueOrDefault(id) != MigrationOutcome.Abandoned && claimed.Add(id);
        }
    }

    /// <summary>This side takes the guest. False when it was abandoned before: then it must never run here.</summary>
    public bool TryTake(Guid id)
    {
        lock (gate)
        {
            if (outcomes.GetValueOrDefault(id) == MigrationOutcome.Abandoned)
            {
                return false;
            }

            claimed.Remove(id);
            Set(id, MigrationOutcome.Taken);
            return true;
        }
    }

    /// <summary>
    /// This side gives the guest up unless it has taken it, or is about to; the outcome from now on. A migration that never began here leaves nothing behind, so questions about
    /// inventions push no decision out: who asks about his own has had its beginning confirmed.
    /// </summary>
    public MigrationOutcome Abandon(Guid id)
    {
        lock (gate)
        {
            if (outcomes.TryGetValue(id, out MigrationOutcome outcome) && outcome != MigrationOutcome.Taken && !claimed.Contains(id))
            {
                Set(id, MigrationOutcome.Abandoned);
            }

            return outcomes.GetValueOrDefault(id, MigrationOutcome.Abandoned);
        }
    }

    /// <summary>The current outcome; abandoned for an unknown migration.</summary>
    public MigrationOutcome Find(Guid id)
    {
        lock (gate)
        {
            return outcomes.GetValueOrDefault(id, MigrationOutcome.Abandoned);
        }
    }

    /// <summary>This side took the guest and cannot run it; it never will.</summary>
    public void GiveBack(Guid id)
    {
        lock (gate)
        {
            claimed.Remove(id);
            Set(id, MigrationOutcome.Abandoned);
        }
    }

    private void Set(Guid id, MigrationOutcome outcome)
    {
        if (outcomes.TryAdd(id, outcome))
        {
            ages.Enqueue(id);
            while (ages.Count > MaxEntries && outcomes[ages.Peek()] != MigrationOutcome.Undecided)
            {
                outcomes.Remove(ages.Dequeue());
            }
        }
        else
        {
            outcomes[id] = outcome;
        }
    }
}
