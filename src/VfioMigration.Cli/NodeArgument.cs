using System.CommandLine;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Trees;

namespace VfioMigration.Cli;

/// <summary>Arguments and options of the commands that look at types and devices of mounted trees.</summary>
internal static class NodeArgument
{
    /// <summary>Something could not be looked at; not the same as "incompatible".</summary>
    internal const int Trouble = 2;

    /// <summary>Types of mounts whose files may answer a write, by their beginning.</summary>
    private static readonly string[] Answering = ["sysfs", "debugfs", "fuse", "9p", "v9fs", "virtiofs"];

    /// <summary>Commands whose status 1 is an answer, so that invalid arguments need another.</summary>
    internal static bool IsQuestion(Command command) => command.Name is "check" or "explain" or "matrix" or "lint" or "plan" or "replicate";

    internal static Argument<string> Create(string name, string description) =>
        new(name) { Description = $"{description}: the directory of a type or device in any mounted tree, or a file in it" };

    internal static Option<string> Attribute()
    {
        var option = new Option<string>("--attribute")
        {
            Description = "The file of a type or device that is read and written",
            DefaultValueFactory = _ => "migration_version",
            HelpName = "NAME",
        };
        option.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 } name || name.Contains('/'))
            {
                result.AddError("--attribute: not the name of a file");
            }
        });
        return option;
    }

    internal static Option<string?> Types() => new Option<string?>("--types")
    {
        Description = "Whether the types must be equal: required, advised or off (default: required for types, off for devices)",
        HelpName = "POLICY",
    }.AcceptOnlyFromAmong("required", "advised", "off");

    internal static TypePolicy? PolicyOf(string? text) => text is null ? null : Enum.Parse<TypePolicy>(text, ignoreCase: true);

    internal static Option<string[]> Hosts() => new("--hosts")
    {
        Description = "Trees, or directories that contain trees (default: the working directory)",
        HelpName = "DIR",
        AllowMultipleArgumentsPerToken = true,
    };

    internal static int Fail(string problem)
    {
        CommonOptions.Fail(problem);
        return Trouble;
    }

    /// <summary>A type or device that an argument names; null, with a message, when it names none.</summary>
    internal static NodeDirectory? Open(string path)
    {
        if (!NodeDirectory.TryOpen(path, out NodeDirectory node, out string problem))
        {
            CommonOptions.Fail(problem);
            return null;
        }

        if (!node.IsType && !Directory.Exists(Path.Combine(node.RealName, "subsystem")))
        {
            CommonOptions.Fail($"{path}: neither a type (.../mdev_supported_types/TYPE) nor a device (which has a link 'subsystem')");
            return null;
        }

        return node;
    }

    /// <summary>As <see cref="Open"/>, of a tree whose files answer what is written to them.</summary>
    internal static NodeDirectory? OpenToAsk(string path) => Open(path) is { } node && Answers(node.RealName, path) ? node : null;

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
                CommonOptions.Fail(NodeDirectory.ProblemOf(place) ?? $"{place}: no tree here or in a subdirectory (looked for bus/ and devices/)");
                return null;
            }

            if (!found.All(static root => Answers(root, root)))
            {
                return null;
            }

            roots.AddRange(found);
        }

        return [.. roots.Distinct()];
    }

    /// <summary>False, with a message, for plain files: writing would change them, and query no driver.</summary>
    private static bool Answers(string path, string name)
    {
        string format;
        try
        {
            format = BoundedAccess.Run(name, () => new DriveInfo(path).DriveFormat);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            CommonOptions.Fail($"{name}: {gone.Message}");
            return false;
        }

        if (Answering.Any(type => format.StartsWith(type, StringComparison.Ordinal)))
        {
            return true;
        }

        CommonOptions.Fail($"{name}: plain files ({format}), which cannot answer and would be overwritten; name a mounted tree ({string.Join(", ", Answering)})");
        return false;
    }
}
