using System.CommandLine;

using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig uevents</c>: a host's uevents as they are sent.</summary>
internal static class UeventsCommand
{
    internal static Command Create()
    {
        Option<string?> host = CommonOptions.Host("Which running host");
        var command = new Command("uevents", "Print a running host's uevents as they happen, one field per line") { host };
        command.SetAction(parsed => RunningHost.Print(
            parsed.GetValue(host),
            name => new ControlRequest(ControlOperations.Uevents, name, Follow: true),
            skipLines: 1));
        return command;
    }
}
