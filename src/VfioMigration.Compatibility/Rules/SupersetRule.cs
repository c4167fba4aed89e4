using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Rules;

/// <summary>
/// A set of features: the target has all that the source has. Features cannot be put in order by a version number (the feature-set view
/// of the thread of 2020).
/// </summary>
/// <param name="name">Of the rule.</param>
/// <param name="field">Holds a comma-separated set.</param>
/// <param name="label">What people call one of them.</param>
public sealed class SupersetRule(string name, string field, string label) : CompatibilityRule(name, field)
{
    /// <summary>Sets of more features are only listed whole.</summary>
    private const int MaxListed = 4;

    public static IReadOnlyList<string> Split(string? value) =>
        (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public override string? FindObjection(DeviceDescription source, DeviceDescription target)
    {
        string[] missing = [.. Split(source[field]).Except(Split(target[field]))];
        return missing.Length == 0 ? null : $"this device lacks the source's {label} {string.Join(", ", missing)}";
    }

    /// <summary>The whole set, then its subsets, larger ones first.</summary>
    public override IEnumerable<IReadOnlyDictionary<string, string>> Alternatives(DeviceDescription target)
    {
        IReadOnlyList<string> all = Split(target[field]);
        return all.Count > MaxListed
            ? base.Alternatives(target)
            : Enumerable.Range(0, 1 << all.Count)
                .OrderByDescending(chosen => int.PopCount(chosen))
                .ThenBy(static chosen => chosen)
                .Select(chosen => new Dictionary<string, string>
                {
                    [field] = string.Join(',', all.Where((_, i) => (chosen & (1 << i)) != 0)),
                });
    }
}
