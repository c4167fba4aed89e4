using System.CommandLine;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Trees;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig replicate SRC</c>: the definition of an exact duplicate, for mdevctl or created right away.</summary>
internal static class ReplicateCommand
{
    internal static Command Create()
    {
        var source = new Argument<string>("src") { Description = "What to duplicate: the directory of a mediated device in any mounted tree, or a file in it" };
        var apply = new Option<string?>("--apply") { Description = "Create the duplicate in this tree, and check that it would take the state of SRC", HelpName = "DIR" };
        var parent = new Option<string?>("--parent") { Description = "Parent to create it on (default: the one with the same name)", HelpName = "NAME" };
        var uuid = new Option<string?>("--uuid") { Description = "UUID of the duplicate (default: that of SRC if it is free there, else a new one)", HelpName = "UUID" };
        var command = new Command("replicate", "Print the mdevctl definition of an exact duplicate of a mediated device, or create it") { source, apply, parent, uuid };
        command.SetAction(parsed =>
        {
            string from = parsed.GetValue(source)!;
            if (!NodeDirectory.TryOpen(from, out NodeDirectory node, out _) || MdevDefinition.Read(from) is not { } definition)
            {
                return NodeArgument.Fail($"{from}: not a mediated device (no mdev_type)");
            }

            return parsed.GetValue(apply) is not { } place ? Print(definition)
                : NodeArgument.RootsOf([place]) is not { } roots ? NodeArgument.Trouble
                : roots.Count > 1 ? NodeArgument.Fail($"{place}: several trees below; name one")
                : Apply(definition, node, roots[0] == Path.GetFullPath(place) ? place : roots[0], parsed.GetValue(parent), parsed.GetValue(uuid));
        });
        return command;
    }

    private static int Print(MdevDefinition definition)
    {
        Console.WriteLine(definition.ToMdevctlJson());
        return ExitStatus.Success;
    }

    private static int Apply(MdevDefinition definition, NodeDirectory source, string root, string? parent, string? uuid)
    {
        string own = Path.GetFileName(source.RealName);
        bool isFree = Guid.TryParse(own, out _) && !Directory.Exists(Path.Combine(root, "bus/mdev/devices", own));
        (string? device, string? problem) = definition.Create(root, parent, uuid ?? (isFree ? own : Guid.NewGuid().ToString()));
        if (device is null)
        {
            return CommonOptions.Fail(problem!);
        }

        if (!NodeDirectory.TryOpen(device, out NodeDirectory copy, out problem))
        {
            return CommonOptions.Fail(problem);
        }

        JudgeResult result = UserspaceJudge.Check(source, copy, new JudgeOptions());
        if (!result.IsCompatible)
        {
            copy.Write("remove", "1");
            return CommonOptions.Fail($"the duplicate would not take the state and was removed again: {result.Reason}");
        }

        Console.WriteLine(device);
        return ExitStatus.Success;
    }
}
