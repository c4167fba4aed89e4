using System.Diagnostics.CodeAnalysis;
using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility;

/// <summary>
/// <c>2.0.2-2.0.4,2.1.0-</c> of <c>interface_version_compatible</c> (proposed 2020, P9, not merged): single versions and ranges, both ends
/// included; an open end stays within its major. A bound without a bugfix number stands for all of them.
/// </summary>
public sealed class VersionRanges
{
    private readonly (SoftwareVersion From, SoftwareVersion? To, bool IsOpen)[] ranges;

    private VersionRanges((SoftwareVersion From, SoftwareVersion? To, bool IsOpen)[] ranges) => this.ranges = ranges;

    public static bool TryParse(string text, [NotNullWhen(true)] out VersionRanges? parsed)
    {
        parsed = null;
        var ranges = new List<(SoftwareVersion, SoftwareVersion?, bool)>();
        foreach (string part in text.Trim().Split(','))
        {
            string[] ends = part.Split('-');
            SoftwareVersion to = default;
            if (ends.Length > 2
                || !SoftwareVersion.TryParse(ends[0], out SoftwareVersion from)
                || (ends.Length == 2 && ends[1].Length > 0 && !SoftwareVersion.TryParse(ends[1], out to)))
            {
                return false;
            }

            bool isOpen = ends is [_, ""];
            ranges.Add((from, isOpen ? null : ends.Length == 2 ? to : from, isOpen));
        }

        parsed = new VersionRanges([.. ranges]);
        return true;
    }

    /// <summary>Versions as the shortest text: runs of minors of one major become ranges.</summary>
    public static string Of(IEnumerable<SoftwareVersion> versions)
    {
        var parts = new List<string>();
        foreach (IGrouping<int, int> major in versions.GroupBy(version => version.Major, version => version.Minor).OrderBy(major => major.Key))
        {
            int[] minors = [.. major.Distinct().Order()];
            for (int first = 0, i = 0; i < minors.Length; i++)
            {
                if (i + 1 == minors.Length || minors[i + 1] != minors[i] + 1)
                {
                    parts.Add(first == i ? $"{major.Key}.{minors[i]}" : $"{major.Key}.{minors[first]}-{major.Key}.{minors[i]}");
                    first = i + 1;
                }
            }
        }

        return string.Join(',', parts);
    }

    public bool Contains(SoftwareVersion version) => ranges.Any(range =>
        Compare(version, range.From) >= 0
        && (range.IsOpen ? version.Major == range.From.Major : Compare(version, range.To!.Value) <= 0));

    /// <summary>Compares as many parts as the bound has.</summary>
    private static int Compare(SoftwareVersion version, SoftwareVersion bound) =>
        version.Major != bound.Major ? version.Major.CompareTo(bound.Major)
        : version.Minor != bound.Minor ? version.Minor.CompareTo(bound.Minor)
        : bound.Bugfix is { } bugfix ? (version.Bugfix ?? 0).CompareTo(bugfix)
        : 0;
}
