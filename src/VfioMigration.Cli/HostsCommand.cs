using System.CommandLine;

using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig hosts</c>: what is running.</summary>
internal static class HostsCommand
{
    internal static Command Create()
    {
        var command = new Command("hosts", "List the hosts that running daemons serve");
        command.SetAction(_ =>
        {
            foreach ((string socket, string host) in RunningDaemons.List())
            {
                Console.WriteLine($"{host}\t{socket}");
            }

            return ExitStatus.Success;
        });
        return command;
    }
}
