namespace VfioMigration.Compatibility.Planning;

/// <summary>
/// Candidates by what decides their answers. A verdict depends on the two strings and on the rules, never on capacity or on the instance (the
/// conformance kit holds drivers to that), so one of each kind is probed instead of every pair (R25).
/// </summary>
public sealed class PlanIndex
{
    private readonly PlanCandidate[][] kinds;
    private readonly int count;

    public PlanIndex(IEnumerable<PlanCandidate> candidates)
    {
        kinds = [.. candidates.GroupBy(static candidate => candidate.Judge).Select(static kind => kind.ToArray())];
        count = kinds.Sum(static kind => kind.Length);
    }

    /// <summary>The search that this index replaces: every candidate is probed.</summary>
    public static Plan FindExhaustively(IReadOnlyList<PlanCandidate> candidates, string version) =>
        Order([.. candidates.Where(candidate => candidate.Accepts(version))], version, candidates.Count, candidates.Count);

    /// <param name="version">The string of the device to migrate.</param>
    public Plan Find(string version)
    {
        var found = new List<PlanCandidate>();
        foreach (PlanCandidate[] kind in kinds)
        {
            if (kind[0].Accepts(version))
            {
                found.AddRange(kind);
            }
        }

        return Order(found, version, count, kinds.Length);
    }

    private static Plan Order(List<PlanCandidate> found, string version, int considered, int probes)
    {
        found.Sort((a, b) => Compare(a, b, version));
        return new Plan(found, considered, probes);
    }

    private static int Compare(PlanCandidate a, PlanCandidate b, string version)
    {
        int order = (b.Version == version).CompareTo(a.Version == version);
        order = order != 0 ? order : b.HasRoom.CompareTo(a.HasRoom);
        order = order != 0 ? order : b.IsType.CompareTo(a.IsType);
        order = order != 0 ? order : Nullable.Compare(b.Available, a.Available);
        order = order != 0 ? order : string.CompareOrdinal(a.Host, b.Host);
        return order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
    }
}
