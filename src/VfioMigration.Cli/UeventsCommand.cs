using System.CommandLine;

using VfioMigration.Control;
using VfioMigration.Control.Requests;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig uevents</c>: a host's uevents as they are sent.</summary>
internal static class UeventsCommand
{
    internal static Command Create()
    {
        Option<string?> host = CommonOptions.Host("A running host");
        var command = new Command("uevents", "Print a running host's uevents as they happen, one field per line") { host };
        command.SetAction(parsed => RunningHost.Print(
            parsed.GetValue(host),
            ControlTable.Uevents,
            name => new UeventsRequest(name),
            static uevent => string.Join('\n', [uevent.Header, .. uevent.Variables, $"SEQNUM={uevent.SequenceNumber}", ""])));
        return command;
    }
}
