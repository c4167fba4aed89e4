using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Rules;

/// <summary>The source's value is in a table that the vendor keeps (R23): equal ids need not fit, unequal ones may.</summary>
/// <param name="name">Of the rule.</param>
/// <param name="field">What is looked up.</param>
/// <param name="accepted">What a device with a given value accepts besides its own; empty for nothing.</param>
/// <param name="label">What people call it; null takes the field's name.</param>
public sealed class OneOfRule(string name, string field, Func<string, IReadOnlyList<string>> accepted, string? label = null)
    : CompatibilityRule(name, field)
{
    public override string? FindObjection(DeviceDescription source, DeviceDescription target)
    {
        (string? theirs, string ours) = (source[field], target[field] ?? "");
        return theirs == ours || (theirs is not null && accepted(ours).Contains(theirs))
            ? null
            : $"{label ?? field} {Show(theirs)} does not match {ours}";
    }

    public override IEnumerable<IReadOnlyDictionary<string, string>> Alternatives(DeviceDescription target) =>
        target[field] is { } own
            ? accepted(own).Prepend(own).Distinct().Select(value => new Dictionary<string, string> { [field] = value })
            : base.Alternatives(target);
}
