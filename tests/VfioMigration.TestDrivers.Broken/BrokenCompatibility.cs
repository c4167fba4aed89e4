using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Uapi;

namespace VfioMigration.TestDrivers.Broken;

internal sealed class BrokenCompatibility : IMigrationCompatibility
{
    private static readonly TemplateForm Form = new("broken-{mdev_type:[a-z]+}-{software_version:[0-9]+}");

    private readonly RuleBasedCompatibility inner;
    private readonly FaultPoint point;

    internal BrokenCompatibility(FaultPoint point, string version)
    {
        this.point = point;
        var description = new DeviceDescription(
            "broken",
            new DescriptionField(FieldNames.DeviceApi, "vfio-pci", FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, "one", FieldKind.Identity),
            new DescriptionField(FieldNames.SoftwareVersion, version, FieldKind.Version));
        inner = new RuleBasedCompatibility("broken", Form, [new EqualRule("type", FieldNames.MdevType, "type"), new EqualRule("version", FieldNames.SoftwareVersion, "version")], () => description);
    }

    private IMigrationCompatibility Inner => inner;

    public IReadOnlyList<CompatibilityRule> Rules => point.Answer(Inner.Rules, "IMigrationCompatibility.Rules");

    public string? Policy => point.Answer<string>(Inner.Policy!, "IMigrationCompatibility.Policy");

    public Result<string> GetVersion() => point.Answer(Inner.GetVersion(), "IMigrationCompatibility.GetVersion");

    public Verdict Judge(ReadOnlySpan<byte> remote) => point.Answer(Inner.Judge(remote), "IMigrationCompatibility.Judge");

    public Result<DeviceDescription> Describe() => point.Answer(Inner.Describe(), "IMigrationCompatibility.Describe");

    public IReadOnlyList<DeviceDescription> GetAlternatives() => point.Answer(Inner.GetAlternatives(), "IMigrationCompatibility.GetAlternatives");

    public string Spell(DeviceDescription description) => point.Answer(Inner.Spell(description), "IMigrationCompatibility.Spell");
}
