using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Uevents;

/// <summary>One measured step and the uevents it caused: the fields of each, without SEQNUM.</summary>
internal sealed record UeventSection(string Label, IReadOnlyList<string> Uevents)
{
    internal static IReadOnlyList<UeventSection> ReadAll()
    {
        var sections = new List<UeventSection>();
        var uevents = new List<string>();
        foreach (string line in File.ReadLines(Repository.Golden("uevents.txt")))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                uevents = [];
                sections.Add(new UeventSection(line[4..line.LastIndexOf(" : ", StringComparison.Ordinal)], uevents));
            }
            else if (line.StartsWith("--- ", StringComparison.Ordinal))
            {
                uevents.Add("");
            }
            else if (line.StartsWith("    ", StringComparison.Ordinal) && !line.Contains("SEQNUM=", StringComparison.Ordinal))
            {
                uevents[^1] += line.Trim() + "\n";
            }
        }

        return sections;
    }
}
