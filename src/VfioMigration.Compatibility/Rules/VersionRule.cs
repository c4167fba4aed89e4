using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Rules;

/// <summary><see cref="SoftwareVersion"/>: the same major, a minor that is not newer; the bugfix number does not count (R37).</summary>
/// <param name="name">Of the rule.</param>
/// <param name="field">Holds <c>major.minor[.bugfix]</c>.</param>
public sealed class VersionRule(string name = "software-version", string field = FieldNames.SoftwareVersion) : CompatibilityRule(name, field)
{
    private const int MaxAlternatives = 16;

    public override string? FindObjection(DeviceDescription source, DeviceDescription target) =>
        !SoftwareVersion.TryParse(source[field] ?? "", out SoftwareVersion theirs) ? $"software version '{source[field]}' is not MAJOR.MINOR[.BUGFIX]"
        : !SoftwareVersion.TryParse(target[field] ?? "", out SoftwareVersion ours) ? $"this device's software version '{target[field]}' is not MAJOR.MINOR[.BUGFIX]"
        : ours.Accepts(theirs) ? null
        : $"version {ours} cannot load the state of version {theirs}";

    public override IEnumerable<IReadOnlyDictionary<string, string>> Alternatives(DeviceDescription target)
    {
        yield return new Dictionary<string, string> { [field] = target[field]! };
        if (SoftwareVersion.TryParse(target[field] ?? "", out SoftwareVersion ours))
        {
            for (int minor = ours.Minor - 1; minor >= Math.Max(0, ours.Minor - MaxAlternatives); minor--)
            {
                yield return new Dictionary<string, string> { [field] = new SoftwareVersion(ours.Major, minor).ToString() };
            }
        }
    }
}
