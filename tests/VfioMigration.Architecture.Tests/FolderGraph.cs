using System.Text.RegularExpressions;

namespace VfioMigration.Architecture.Tests;

/// <summary>
/// Which folder (namespace) of a project uses types of which other folder of it. A type is used where its name stands in code and its namespace is
/// imported, encloses the place, or is written before the name.
/// </summary>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<(string From, string To), string> uses = [];

    private FolderGraph()
    {
    }

    /// <summary>Uses, each with an example.</summary>
    internal IReadOnlyDictionary<(string From, string To), string> Uses => uses;

    internal static FolderGraph Of(Checkout checkout, string project)
    {
        (string Name, string Folder, string Code)[] files = [.. checkout.Sources(project).Select(Read).Where(file => file.Folder.Length > 0)];
        ILookup<string, string> types = files
            .SelectMany(file => Declaration().Matches(file.Code).Select(match => (Type: match.Groups[1].Value, file.Folder)))
            .Distinct()
            .ToLookup(declared => declared.Type, declared => declared.Folder);
        var graph = new FolderGraph();
        foreach ((string name, string folder, string code) in files)
        {
            HashSet<string> visible = [.. Imports().Matches(code).Select(match => match.Groups[1].Value), .. Enclosing(folder)];
            foreach (Match use in Identifier().Matches(code))
            {
                string type = use.Groups["name"].Value;
                string qualifier = use.Groups["qualifier"].Value;
                foreach (string other in types[type].Where(other => !types[type].Contains(folder) && IsUsed(other, qualifier, visible)))
                {
                    graph.uses.TryAdd((folder, other), $"{name} uses {type}");
                }
            }
        }

        return graph;
    }

    /// <summary>The uses that are part of a circle, when those that are excused are left out.</summary>
    internal IEnumerable<string> Circles(IReadOnlyCollection<(string From, string To)> excused)
    {
        ILookup<string, string> edges = uses.Keys.Except(excused).ToLookup(use => use.From, use => use.To);
        return from use in uses
               where !excused.Contains(use.Key) && Reaches(edges, use.Key.To, use.Key.From)
               select $"{use.Key.From} -> {use.Key.To} is part of a circle: {use.Value}";
    }

    private static bool Reaches(ILookup<string, string> edges, string from, string to)
    {
        var seen = new HashSet<string> { from };
        var left = new Queue<string>([from]);
        while (left.TryDequeue(out string? at) && at != to)
        {
            foreach (string next in edges[at].Where(seen.Add))
            {
                left.Enqueue(next);
            }
        }

        return seen.Contains(to);
    }

    /// <summary>Without a qualifier it must be in sight; behind one that is no namespace it is a member.</summary>
    private static bool IsUsed(string folder, string qualifier, HashSet<string> visible) =>
        qualifier.Length == 0 ? visible.Contains(folder) : folder.EndsWith("." + qualifier, StringComparison.Ordinal);

    private static IEnumerable<string> Enclosing(string folder)
    {
        for (int dot = folder.LastIndexOf('.'); dot > 0; dot = folder.LastIndexOf('.', dot - 1))
        {
            yield return folder[..dot];
        }
    }

    private static (string Name, string Folder, string Code) Read(string path)
    {
        string code = Text().Replace(Comment().Replace(File.ReadAllText(path), ""), "\"\"");
        return (Path.GetFileName(path), Namespace().Match(code).Groups[1].Value, code);
    }

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    /// <summary>Text without holes; what stands in the holes of interpolated text is code.</summary>
    [GeneratedRegex("(?<![$\"\\\\])\"(\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Text();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Imports();

    [GeneratedRegex(@"^(?:public|internal) (?:(?:sealed|abstract|static|readonly|partial|ref) )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>A name that is assigned to is a member's or a variable's.</summary>
    [GeneratedRegex(@"(?<![\w.])(?:(?:\w+\.)*(?<qualifier>\w+)\.)?(?<name>[A-Z]\w*)\b(?!\s*=[^>=])")]
    private static partial Regex Identifier();
}
