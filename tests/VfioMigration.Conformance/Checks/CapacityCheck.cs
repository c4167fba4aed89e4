namespace VfioMigration.Conformance;

/// <summary>Compatibility is not capacity: verdicts and strings are the same when nothing fits any more.</summary>
internal sealed class CapacityCheck : IConformanceCheck
{
    internal const string CheckName = "capacity";

    public string Name => CheckName;

    /// <summary>Parents without a limit are not filled further.</summary>
    private const int MaxInstances = 256;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        string[] strings = [.. specimens.Select(static specimen => specimen.Version).OfType<string>()];
        List<(Specimen Specimen, string? Version, bool[] Answers)> before =
            [.. specimens.Select(specimen => (specimen, specimen.Version, strings.Select(specimen.Accepts).ToArray()))];
        foreach (Mdev.MdevType type in laboratory.Types)
        {
            for (int i = 0; i < MaxInstances && laboratory.Create(type) is not null; i++)
            {
            }
        }

        return before
            .Where(then => then.Specimen.Version != then.Version || !strings.Select(then.Specimen.Accepts).SequenceEqual(then.Answers))
            .Select(then => new Finding(Name, then.Specimen.Path, "gives another answer when its parent is full"));
    }
}
