using VfioMigration.Mdev;
using VfioMigration.Sdk;

namespace VfioMigration.Conformance;

/// <summary>A type promises what its devices then are (R4), also those that are created with parameters.</summary>
internal sealed class TypeAndDeviceCheck : IConformanceCheck
{
    internal const string CheckName = "type-and-device";

    public string Name => CheckName;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        foreach (Specimen device in specimens.Where(static specimen => specimen.TypeOf is not null))
        {
            Specimen? type = specimens.FirstOrDefault(specimen => specimen.Node == device.TypeOf);
            string? problem = type is null ? "has compatibility while its type has none" : FindContradiction(type, device);
            if (problem is not null)
            {
                yield return new Finding(Name, device.Path, problem);
            }
        }

        foreach (MdevType type in laboratory.Types)
        {
            foreach (TypeConfiguration configuration in laboratory.Module.ConfigurationsOf(type))
            {
                if (FindContradiction(laboratory, type, configuration) is { } problem)
                {
                    yield return new Finding(Name, $"{type.DevPath},{configuration.Parameters}", problem);
                }
            }
        }
    }

    /// <summary>Null also when the parent has no room for such a device.</summary>
    private static string? FindContradiction(Laboratory laboratory, MdevType type, TypeConfiguration configuration)
    {
        if (laboratory.Create(type, configuration.Parameters) is not { } created)
        {
            return configuration.AvailableInstances > 0 ? "cannot be created although instances are available" : null;
        }

        string? problem = laboratory.Module.CompatibilityOf(created) is { } judge
            ? FindContradiction(new Specimen(type, null, configuration.Compatibility), new Specimen(created, type, judge))
            : "has no compatibility when it is created";
        laboratory.Write(created, "remove", "1");
        return problem;
    }

    private static string? FindContradiction(Specimen type, Specimen device)
    {
        (string? promised, string? said) = (type.Version, device.Version);
        return promised != said ? $"reads '{said}', its type '{promised}'"
            : said is not null && type.Accepts(said) != device.Accepts(said) ? "and its type give different answers to their string"
            : null;
    }
}
