namespace VfioMigration.Conformance;

/// <summary>A type promises what its devices then are (R4).</summary>
internal sealed class TypeAndDeviceCheck : IConformanceCheck
{
    internal const string CheckName = "type-and-device";

    public string Name => CheckName;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        foreach (Specimen device in specimens.Where(static specimen => specimen.TypeOf is not null))
        {
            Specimen? type = specimens.FirstOrDefault(specimen => specimen.Node == device.TypeOf);
            string? problem = type is null ? "has an answer while its type has none"
                : type.Version != device.Version ? $"says '{device.Version}', its type '{type.Version}'"
                : device.Version is { } version && type.Accepts(version) != device.Accepts(version) ? "and its type answer otherwise to their string"
                : null;
            if (problem is not null)
            {
                yield return new Finding(Name, device.Path, problem);
            }
        }
    }
}
