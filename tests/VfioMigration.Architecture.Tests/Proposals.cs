using System.Text.RegularExpressions;

namespace VfioMigration.Architecture.Tests;

/// <summary>What breaks the promise of <c>docs/proposals.md</c>: every number that is cited is defined there, once.</summary>
internal static partial class Proposals
{
    private const string Page = "docs/proposals.md";

    /// <summary>What a definition says that names no file.</summary>
    private const string Nothing = "nothing implements it";

    /// <summary>R1 to R63 and P1 to P15.</summary>
    private static readonly string[] Numbers =
        [.. Enumerable.Range(1, 63).Select(number => $"R{number}"), .. Enumerable.Range(1, 15).Select(number => $"P{number}")];

    /// <summary>Numbers that have no definition, or two, and definitions of other numbers.</summary>
    internal static IEnumerable<string> WronglyDefined(Checkout checkout)
    {
        string[] defined = [.. Definitions(checkout).Select(row => row.Groups["number"].Value)];
        return Numbers.Concat(defined).Distinct()
            .Select(number => (Number: number, Count: defined.Count(other => other == number)))
            .Where(number => number.Count != 1 || !Numbers.Contains(number.Number))
            .Select(number => $"{Page} defines {number.Number} {number.Count} times");
    }

    /// <summary>Sources and documents that cite a number without a definition.</summary>
    internal static IEnumerable<string> CitedWithoutDefinition(Checkout checkout)
    {
        HashSet<string> defined = [.. Definitions(checkout).Select(row => row.Groups["number"].Value)];
        return from file in Citing(checkout.Root)
               from Match citation in Citation().Matches(File.ReadAllText(file))
               where !defined.Contains(citation.Value)
               select $"{Path.GetRelativePath(checkout.Root, file)} cites {citation.Value}";
    }

    /// <summary>Numbers whose definition neither names a file nor says that there is none.</summary>
    internal static IEnumerable<string> WithoutPlace(Checkout checkout) =>
        from row in Definitions(checkout)
        where !FileName().IsMatch(row.Groups["here"].Value) && !row.Groups["here"].Value.Contains(Nothing, StringComparison.Ordinal)
        select $"{row.Groups["number"].Value} names no file";

    /// <summary>Files that the page names and that do not exist.</summary>
    internal static IEnumerable<string> MissingFiles(Checkout checkout) =>
        FileName().Matches(Text(checkout)).Select(file => file.Groups["file"].Value).Distinct()
            .Where(file => !File.Exists(Path.Combine(checkout.Root, file)));

    /// <summary>Members that nothing reaches, as the page says, and that their file does not have.</summary>
    internal static IEnumerable<string> MissingMembers(Checkout checkout) =>
        from Match row in UnreachedMember().Matches(Text(checkout))
        let file = Path.Combine(checkout.Root, row.Groups["file"].Value)
        let source = File.Exists(file) ? File.ReadAllText(file) : ""
        where !Regex.IsMatch(source, $@"\b{row.Groups["type"].Value}\b") || !Regex.IsMatch(source, $@"\b{row.Groups["member"].Value}\b")
        select $"{row.Groups["type"].Value}.{row.Groups["member"].Value} is not in {row.Groups["file"].Value}";

    /// <summary>Members, or whole types, that nothing reaches, as the page says, and that another assembly of the product uses.</summary>
    /// <param name="checkout">Of the page.</param>
    /// <param name="used">Types, and members as <c>Type.Member</c>.</param>
    internal static IEnumerable<string> ReachedMembers(Checkout checkout, IReadOnlySet<string> used) =>
        from Match row in UnreachedMember().Matches(Text(checkout))
        where !row.Groups["rest"].Value.Contains("reached in part", StringComparison.Ordinal)
        let type = row.Groups["type"].Value
        let name = row.Groups["rest"].Value.Contains("the whole type", StringComparison.Ordinal) ? type : $"{type}.{row.Groups["member"].Value}"
        where used.Contains(name)
        select $"{name} is used";

    private static MatchCollection Definitions(Checkout checkout) => Definition().Matches(Text(checkout));

    private static string Text(Checkout checkout) => File.ReadAllText(Path.Combine(checkout.Root, Page));

    private static IEnumerable<string> Citing(string root) => new[] { ("src", "*.cs"), ("tests", "*.cs"), ("docs", "*.md") }
        .Where(part => Directory.Exists(Path.Combine(root, part.Item1)))
        .SelectMany(part => Directory.EnumerateFiles(Path.Combine(root, part.Item1), part.Item2, SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| (?<number>[RP][0-9]+) \|.*\| (?<here>[^|\n]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\b[RP][0-9]+\b")]
    private static partial Regex Citation();

    [GeneratedRegex(@"`(?<file>(?:src|tests|docs)/[^`]+)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\| `(?<type>[A-Za-z0-9]+)\.(?<member>[A-Za-z0-9_]+)` \| `(?<file>src/[^`]+)` \|(?<rest>.*)$", RegexOptions.Multiline)]
    private static partial Regex UnreachedMember();
}
