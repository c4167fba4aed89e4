using VfioMigration.Conformance;

namespace Acme.Tests;

public sealed class AcmeConformance : DriverConformance
{
    protected override DriverUnderTest Driver { get; } = new("acme", context => new AcmeModule(context))
    {
        Options = new Dictionary<string, string> { ["software_version"] = "1.2" },
    };
}
