using System.CommandLine;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Hosting.Compatibility;

namespace VfioMigration.Cli;

/// <summary>Arguments and options of the commands that look at types and devices of mounted trees.</summary>
internal static class NodeArgument
{
    /// <summary>Something could not be looked at; not the same as "incompatible".</summary>
    internal const int Trouble = 2;

    /// <summary>Commands whose status 1 is an answer, so that arguments nobody understands need another.</summary>
    internal static bool IsQuestion(Command command) => command.Name is "check" or "explain" or "matrix" or "lint" or "plan" or "replicate";

    internal static Argument<string> Create(string name, string description) =>
        new(name) { Description = $"{description}: the directory of a type or device in any mounted tree, or a file in it" };

    internal static Option<string> Attribute() => new("--attribute")
    {
        Description = "The file that is read and written",
        DefaultValueFactory = _ => "migration_version",
        HelpName = "NAME",
    };

    internal static Option<string?> Types() => new Option<string?>("--types")
    {
        Description = "What unequal types mean: required, advised or off (default: required for types, off for devices)",
        HelpName = "POLICY",
    }.AcceptOnlyFromAmong("required", "advised", "off");

    internal static TypePolicy? PolicyOf(string? text) => text is null ? null : Enum.Parse<TypePolicy>(text, ignoreCase: true);

    internal static Option<string[]> Hosts() => new("--hosts")
    {
        Description = "Trees to look at, or directories with trees in them (default: the working directory)",
        HelpName = "DIR",
        AllowMultipleArgumentsPerToken = true,
    };

    internal static int Fail(string problem)
    {
        CommonOptions.Fail(problem);
        return Trouble;
    }

    /// <summary>What an argument names; null, with a message, when that is nothing.</summary>
    internal static NodeDirectory? Open(string path)
    {
        if (NodeDirectory.TryOpen(path, out NodeDirectory node, out string problem))
        {
            return node;
        }

        CommonOptions.Fail(problem);
        return null;
    }

    /// <summary>The trees that were named; null, with a message, when there is none.</summary>
    internal static IReadOnlyList<string>? RootsOf(string[]? names)
    {
        string[] places = names is { Length: > 0 } ? names : ["."];
        var roots = new List<string>();
        foreach (string place in places)
        {
            IReadOnlyList<string> found = NodeDirectory.FindRoots(place);
            if (found.Count == 0)
            {
                CommonOptions.Fail($"{place}: no tree here, nor in a directory below (looked for bus/ and devices/)");
                return null;
            }

            roots.AddRange(found);
        }

        return roots;
    }
}
