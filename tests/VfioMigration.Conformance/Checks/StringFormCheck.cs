using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Forms;

namespace VfioMigration.Conformance;

/// <summary>Version strings are printable ASCII and fit into a page with their newline (R9).</summary>
internal sealed class StringFormCheck : IConformanceCheck
{
    internal const string CheckName = "string-form";

    public string Name => CheckName;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens) =>
        from specimen in specimens
        where specimen.Version is not null && MigrationVersionString.FindProblem(specimen.Version) is not null
        select new Finding(Name, specimen.Path, MigrationVersionString.FindProblem(specimen.Version!)!);
}
