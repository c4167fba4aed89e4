using System.CommandLine;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Trees;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig lint</c>: drivers whose types and devices contradict each other. Exit status 0 none, 1 some, 2 nothing to check.</summary>
internal static class LintCommand
{
    internal static Command Create()
    {
        Option<string[]> hosts = NodeArgument.Hosts();
        Option<string> name = NodeArgument.Attribute();
        var command = new Command("lint", "Find types and devices of one driver that contradict each other") { hosts, name };
        command.SetAction(parsed =>
        {
            if (NodeArgument.RootsOf(parsed.GetValue(hosts)) is not { } roots)
            {
                return NodeArgument.Trouble;
            }

            int devices = 0;
            int findings = 0;
            foreach (NodeDirectory device in roots.SelectMany(NodeDirectory.FindMdevs))
            {
                string attribute = parsed.GetValue(name)!;
                if (NodeDirectory.TryOpen(Path.Combine(device.Name, "mdev_type"), out NodeDirectory type, out _) && (device.Exists(attribute) || type.Exists(attribute)))
                {
                    devices++;
                    foreach (LintFinding finding in ConsistencyLint.Find(device, type, attribute))
                    {
                        findings++;
                        Console.WriteLine($"{device.Label}: {type.Label}: {finding.Message} [{finding.Rule}]");
                    }
                }
            }

            if (devices == 0)
            {
                return NodeArgument.Fail($"no device in {string.Join(", ", roots)} has a file {parsed.GetValue(name)}, nor has its type; create one");
            }

            Console.Error.WriteLine($"vfiomig: {devices} devices, {findings} contradictions");
            return findings == 0 ? ExitStatus.Success : ExitStatus.Failure;
        });
        return command;
    }
}
