using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Rules;

/// <summary>The source has the same value.</summary>
/// <param name="name">Of the rule.</param>
/// <param name="field">What must be equal.</param>
/// <param name="label">What people call it; null takes the field's name.</param>
public sealed class EqualRule(string name, string field, string? label = null) : CompatibilityRule(name, field)
{
    public override string? FindObjection(DeviceDescription source, DeviceDescription target)
    {
        (string? theirs, string? ours) = (source[field], target[field]);
        return theirs == ours ? null : $"{label ?? field} {Show(theirs)} does not match {Show(ours)}";
    }
}
