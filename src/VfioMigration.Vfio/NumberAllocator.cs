namespace VfioMigration.Vfio;

/// <summary>Hands out the lowest number that is free (<c>struct ida</c>).</summary>
internal sealed class NumberAllocator
{
    private readonly Lock gate = new();
    private readonly SortedSet<int> returned = [];
    private int next;

    internal int Take()
    {
        lock (gate)
        {
            if (returned.Count == 0)
            {
                return next++;
            }

            int lowest = returned.Min;
            returned.Remove(lowest);
            return lowest;
        }
    }

    internal void Return(int number)
    {
        lock (gate)
        {
            returned.Add(number);
            while (next > 0 && returned.Remove(next - 1))
            {
                next--;
            }
        }
    }
}
