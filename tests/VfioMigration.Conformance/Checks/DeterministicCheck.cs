namespace VfioMigration.Conformance;

/// <summary>The same question has the same answer, whatever was asked in between and from whichever thread.</summary>
internal sealed class DeterministicCheck : IConformanceCheck
{
    internal const string CheckName = "deterministic";

    public string Name => CheckName;

    private const int Times = 200;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        string[] strings = [.. specimens.Select(static specimen => specimen.Version).OfType<string>().Append("nonsense")];
        foreach (Specimen specimen in specimens)
        {
            bool[] first = [.. strings.Select(specimen.Accepts)];
            string? version = specimen.Version;
            bool isSame = true;
            Parallel.For(0, Times, _ =>
            {
                if (!strings.Select(specimen.Accepts).SequenceEqual(first) || specimen.Version != version)
                {
                    isSame = false;
                }
            });
            if (!isSame)
            {
                yield return new Finding(Name, specimen.Path, "gives different answers to the same query");
            }
        }
    }
}
