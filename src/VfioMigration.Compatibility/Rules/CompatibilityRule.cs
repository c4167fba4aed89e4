using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Rules;

/// <summary>
/// One reason why a state may not fit, and what would fit instead. A vendor's rules are a list of these; they are evaluated in order and the
/// first objection is the verdict's.
/// </summary>
/// <param name="name">Short and stable, such as <c>software-version</c>.</param>
/// <param name="fields">The fields it compares.</param>
public abstract class CompatibilityRule(string name, params IReadOnlyList<string> fields)
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Fields { get; } = fields;

    /// <summary>Null when the source passes; else an error message for a person, without the vendor's name in front.</summary>
    public abstract string? FindObjection(DeviceDescription source, DeviceDescription target);

    /// <summary>A value in a message.</summary>
    protected static string Show(string? value) => value switch
    {
        null => "(absent)",
        "" => "(empty)",
        _ => value,
    };

    /// <summary>
    /// Values of <see cref="Fields"/> that pass, the preferred ones first, the target's own among them. Need not be complete: a rule may
    /// accept more than it can list (R30).
    /// </summary>
    public virtual IEnumerable<IReadOnlyDictionary<string, string>> Alternatives(DeviceDescription target) =>
        [Fields.Where(field => target[field] is not null).ToDictionary(field => field, field => target[field]!)];
}
