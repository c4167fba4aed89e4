using System.CommandLine;

using VfioMigration.Control;
using VfioMigration.Control.Requests;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig dmesg [-w] [-t]</c>: a host's kernel log.</summary>
internal static class KernelLogCommand
{
    internal static Command Create()
    {
        Option<string?> host = CommonOptions.Host("A running host");
        var follow = new Option<bool>("--follow", "-w") { Description = "Wait for new messages" };
        var noTime = new Option<bool>("--notime", "-t") { Description = "Leave out the times" };
        var command = new Command("dmesg", "Print a running host's kernel log") { host, follow, noTime };
        command.SetAction(parsed => RunningHost.Print(
            parsed.GetValue(host),
            ControlTable.KernelLog,
            name => new KernelLogRequest(name, parsed.GetValue(follow), !parsed.GetValue(noTime)),
            static line => line));
        return command;
    }
}
