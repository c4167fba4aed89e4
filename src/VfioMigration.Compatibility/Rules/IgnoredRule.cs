using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Rules;

/// <summary>A field that is shown and does not count; listed so that the rules show that it was not forgotten.</summary>
public sealed class IgnoredRule(string name, string field) : CompatibilityRule(name, field)
{
    public override string? FindObjection(DeviceDescription source, DeviceDescription target) => null;
}
