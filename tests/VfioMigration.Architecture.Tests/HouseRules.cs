using System.Text.RegularExpressions;

namespace VfioMigration.Architecture.Tests;

/// <summary>The rules of the house. Each returns what breaks it.</summary>
internal static partial class HouseRules
{
    private const string P = "VfioMigration.";

    /// <summary>Who may reference whom, directly.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Uapi"] = [],
        ["Posix"] = ["Uapi"],
        ["Fuse"] = ["Posix"],
        ["Sysfs"] = ["Uapi"],
        ["SysfsMount"] = ["Fuse", "Sysfs"],
        ["Mdev"] = ["Sysfs"],
        ["Buses"] = ["Sysfs"],
        ["Vfio"] = ["Buses"],
        ["Vmm"] = ["Vfio"],
        ["DevVfio"] = ["Fuse", "Vfio"],
        ["Compatibility"] = ["Sysfs"],
        ["Sdk"] = ["Mdev", "Buses", "Vfio", "Compatibility"],
        ["Vendors.External"] = ["Sdk", "Posix"],
        ["Lab"] = ["Sdk", "Vmm", "Posix"],
        ["Control"] = ["Posix"],
        ["Trees"] = ["Posix", "Compatibility"],
        ["Daemon"] = ["Control", "DevVfio", "Lab", "SysfsMount", "Vmm"],
        ["Cli"] = ["Control", "Trees", "Daemon"],
    };

    /// <summary>Uses against the direction of the other uses between two folders, with the reason why they stay.</summary>
    private static readonly (string From, string To)[] ExcusedUses =
    [
        // A node keeps the kobject whose attribute it calls (kernfs_node.priv); Device, Kobject and attributes are built of nodes.
        (P + "Sysfs.Kernfs", P + "Sysfs"),

        // A thread that runs vendor code knows the file that it serves, so that a file can remove itself; opened files call vendors through the guard.
        (P + "Sysfs.Guards", P + "Sysfs.Kernfs"),

        // device_driver.owner: a driver keeps its module, and a module lists its drivers.
        (P + "Sysfs", P + "Sysfs.Modules"),
    ];

    internal static IEnumerable<string> ReferenceDirection(Checkout checkout) =>
        from project in checkout.Projects.Keys
        from reference in checkout.References(project)
        where !AllowedFor(project).Contains(reference)
        select $"{project} must not reference {reference}";

    internal static IEnumerable<string> UnsafeOnlyInPosix(Checkout checkout) =>
        from project in checkout.Projects
        where project.Key != P + "Posix"
        from file in checkout.Sources(project.Key).Append(project.Value)
        where Unsafe().IsMatch(File.ReadAllText(file))
        select $"{file} is unsafe or imports native functions";

    /// <summary>What only a daemon needs is slow to load.</summary>
    internal static IEnumerable<string> HostingOnlyInDaemon(Checkout checkout) =>
        from project in checkout.Projects.Keys
        where project != P + "Daemon"
        where checkout.Packages(project).Any(package => Hosting().IsMatch(package))
            || checkout.Sources(project).Any(file => Hosting().IsMatch(File.ReadAllText(file)))
        select $"{project} uses Serilog or Microsoft.Extensions.Hosting";

    /// <summary>Folders of a project use each other in one direction, and every excuse is needed.</summary>
    internal static IEnumerable<string> NoCirclesBetweenFolders(Checkout checkout)
    {
        foreach (string project in checkout.Projects.Keys)
        {
            FolderGraph graph = FolderGraph.Of(checkout, project);
            foreach (string circle in graph.Circles(ExcusedUses))
            {
                yield return circle;
            }

            foreach ((string From, string To) excuse in ExcusedUses.Where(use => IsIn(use.From, project) && !graph.Uses.ContainsKey(use)))
            {
                yield return $"{excuse.From} -> {excuse.To} needs no excuse any more";
            }
        }
    }

    /// <summary>A file is named like the type in it, or like the type and the concern, and is not long.</summary>
    internal static IEnumerable<string> SmallFiles(Checkout checkout) =>
        from project in checkout.Projects.Keys
        from file in checkout.Sources(project)
        let lines = File.ReadAllLines(file)
        let types = lines.Count(line => TopLevelType().IsMatch(line))
        where lines.Length > 300 || types > 1
        select $"{file} has {lines.Length} lines and {types} types";

    internal static IEnumerable<string> NoStaticState(Checkout checkout) =>
        from project in checkout.Projects.Keys
        where project != P + "Posix"
        from file in checkout.Sources(project)
        from line in File.ReadLines(file)
        where MutableStatic().IsMatch(line)
        select $"{file}: {line.Trim()}";

    internal static IEnumerable<string> NoLooseEnds(Checkout checkout) =>
        from project in checkout.Projects.Keys
        from file in checkout.Sources(project)
        from line in File.ReadLines(file)
        where LooseEnd().IsMatch(line)
        select $"{file}: {line.Trim()}";

    /// <summary>A file mode reads as octal (FileModes.Octal), and words that were chosen by ear are replaced by the field's.</summary>
    internal static IEnumerable<string> NoOddSpellings(Checkout checkout) =>
        from project in checkout.Projects.Keys
        from file in checkout.Sources(project)
        from line in File.ReadLines(file)
        where HexadecimalMode().IsMatch(line) || OddWord().IsMatch(line)
        select $"{file}: {line.Trim()}";

    /// <summary>The heap is shared: a test that measures it runs while no other does. (A program that is measured alone has no tests beside it.)</summary>
    internal static IEnumerable<string> HeapMeasuredAlone(Checkout checkout) =>
        from file in checkout.TestSources
        let text = File.ReadAllText(file)
        where MeasuresHeap().IsMatch(text) && TestMethod().IsMatch(text) && !text.Contains("DisableParallelization = true", StringComparison.Ordinal)
        select $"{file} measures the heap beside other tests";

    private static IEnumerable<string> AllowedFor(string project) =>
        Allowed.GetValueOrDefault(project[P.Length..], project.Contains(".Vendors.", StringComparison.Ordinal) ? ["Sdk"] : []).Select(name => P + name);

    private static bool IsIn(string folder, string project) =>
        folder == project || folder.StartsWith(project + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^(using )?(Serilog|Microsoft\.Extensions\.Hosting)\b|[ (<]Microsoft\.Extensions\.Hosting\.", RegexOptions.Multiline)]
    private static partial Regex Hosting();

    [GeneratedRegex(@"\bunsafe\b(?! code)|DllImport|LibraryImport|AllowUnsafeBlocks")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"^(public|internal) ((sealed|abstract|static|readonly|partial|ref) )*(class|record|struct|interface|enum) ")]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^\s+(private|internal|public) static (?!readonly|partial|async|class)[A-Za-z<>\[\]?, ]+ [a-zA-Z]+( = .*)?;$")]
    private static partial Regex MutableStatic();

    [GeneratedRegex(@"(?<!"")GC\.GetTotal(AllocatedBytes|Memory)\(")]
    private static partial Regex MeasuresHeap();

    [GeneratedRegex(@"\[(Fact|Theory)\]")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"TODO|FIXME|HACK|#region|NotImplementedException")]
    private static partial Regex LooseEnd();

    [GeneratedRegex(@"0x[0-9A-Fa-f]+[);, ]*\s*(/\*|//)\s*0[0-7]{3}|\bPageSize = 4096")]
    private static partial Regex HexadecimalMode();

    [GeneratedRegex(@"stood still|nobody answers|lost on the way|is there [0-9{].*times|belong together|is none of|tabulator|travels so|makes no sense|\b(Longest|Most)[A-Z]\w*\s*[=(;]|\b(string|int|bool|T|long) otherwise[,)]")]
    private static partial Regex OddWord();
}
