namespace VfioMigration.Conformance;

/// <summary>A device accepts its own string.</summary>
internal sealed class ReflexiveCheck : IConformanceCheck
{
    internal const string CheckName = "reflexive";

    public string Name => CheckName;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens) =>
        from specimen in specimens
        where specimen.Version is { } version && !(specimen.Accepts(version) && specimen.Accepts(version + "\n"))
        select new Finding(Name, specimen.Path, $"refuses its own string '{specimen.Version}'");
}
