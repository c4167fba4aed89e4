using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Conformance;

/// <summary>Every alternative that the driver lists is accepted, spelled as the driver spells it; its own is among them.</summary>
internal sealed class DialectsCheck : IConformanceCheck
{
    internal const string CheckName = "dialects";

    public string Name => CheckName;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        foreach (Specimen specimen in specimens)
        {
            if (!specimen.Judge.Describe().TryGet(out DeviceDescription own))
            {
                continue;
            }

            if (specimen.Judge.Spell(own) != specimen.Version)
            {
                yield return new Finding(Name, specimen.Path, $"has the description '{specimen.Judge.Spell(own)}' and the version string '{specimen.Version}'");
            }

            IReadOnlyList<DeviceDescription> alternatives = specimen.Judge.GetAlternatives();
            if (!alternatives.Select(specimen.Judge.Spell).Contains(specimen.Version))
            {
                yield return new Finding(Name, specimen.Path, "is not among the devices that it lists as acceptable");
            }

            foreach (string lie in alternatives.Select(specimen.Judge.Spell).Where(spelled => !specimen.Accepts(spelled)))
            {
                yield return new Finding(Name, specimen.Path, $"lists '{lie}' as acceptable and refuses it");
            }
        }
    }
}
