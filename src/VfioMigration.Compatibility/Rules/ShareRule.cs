using System.Globalization;

using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Rules;

/// <summary>
/// The same share of the same thing, however it is cut: two quarters are a half (R17, R41). The share of a device is
/// <see cref="FieldNames.Aggregator"/> times that of its type; a description without that field is one instance.
/// </summary>
/// <param name="name">Of the rule.</param>
/// <param name="shares">What one instance of each type is a part of, and how large the part is: <c>(1, 4)</c> for a quarter. Types of other bases never fit.</param>
/// <param name="maximum">The most instances one device may have.</param>
/// <param name="label">What people call a type.</param>
public sealed class ShareRule(
    string name,
    IReadOnlyDictionary<string, (string Base, int Part, int Of)> shares,
    int maximum,
    string label = FieldNames.MdevType) : CompatibilityRule(name, FieldNames.MdevType, FieldNames.Aggregator)
{
    public override string? FindObjection(DeviceDescription source, DeviceDescription target)
    {
        string theirType = source[FieldNames.MdevType] ?? "(absent)";
        string ourType = target[FieldNames.MdevType] ?? "(absent)";
        (int theirs, int ours) = (InstancesOf(source), InstancesOf(target));
        if (theirType == ourType && theirs == ours)
        {
            return null;
        }

        if (!shares.TryGetValue(theirType, out (string Base, int Part, int Of) theirShare)
            || !shares.TryGetValue(ourType, out (string Base, int Part, int Of) ourShare)
            || theirShare.Base != ourShare.Base)
        {
            return $"{label} {theirType} does not match {ourType}";
        }

        return (long)theirs * theirShare.Part * ourShare.Of == (long)ours * ourShare.Part * theirShare.Of
            ? null
            : $"{theirs} x {theirType} is not the same share as {ours} x {ourType}";
    }

    public override IEnumerable<IReadOnlyDictionary<string, string>> Alternatives(DeviceDescription target)
    {
        foreach (IReadOnlyDictionary<string, string> own in base.Alternatives(target))
        {
            yield return own;
        }

        int ours = InstancesOf(target);
        if (target[FieldNames.MdevType] is not { } ourType || !shares.TryGetValue(ourType, out (string Base, int Part, int Of) share))
        {
            yield break;
        }

        // Without the field a description means one.
        int most = target[FieldNames.Aggregator] is null ? 1 : maximum;
        foreach ((string type, (string @base, int part, int of)) in shares.Where(other => other.Key != ourType && other.Value.Base == share.Base))
        {
            long numerator = (long)ours * share.Part * of;
            long denominator = (long)share.Of * part;
            if (numerator % denominator == 0 && numerator / denominator is var count && count >= 1 && count <= most)
            {
                yield return Choice(type, (int)count);
            }
        }
    }

    /// <summary>What a device is cut from, and how many of its smallest slices it is; null for a type without a share.</summary>
    public (string Base, int Slices)? FindShare(DeviceDescription description)
    {
        if (!shares.TryGetValue(description[FieldNames.MdevType] ?? "", out (string Base, int Part, int Of) share))
        {
            return null;
        }

        (_, int part, int of) = shares.Values.Where(other => other.Base == share.Base).MinBy(static other => (double)other.Part / other.Of);
        return (share.Base, (int)((long)InstancesOf(description) * share.Part * of / ((long)share.Of * part)));
    }

    /// <summary>Of its type that a device is made of; 1 by default.</summary>
    public static int InstancesOf(DeviceDescription description) =>
        int.TryParse(description[FieldNames.Aggregator], NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 1;

    private static Dictionary<string, string> Choice(string type, int count) => new()
    {
        [FieldNames.MdevType] = type,
        [FieldNames.Aggregator] = count.ToString(CultureInfo.InvariantCulture),
    };
}
