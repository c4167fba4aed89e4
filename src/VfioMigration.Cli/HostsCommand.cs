using System.CommandLine;

using VfioMigration.Control;
using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig hosts</c>: what is running.</summary>
internal static class HostsCommand
{
    internal static Command Create()
    {
        var command = new Command("hosts", "List the hosts that running daemons serve");
        command.SetAction(_ =>
        {
            if (ControlSocketFile.Problem is { } problem)
            {
                return CommonOptions.Fail(problem);
            }

            IReadOnlyList<DaemonAnswer> answers = RunningDaemons.Ask();
            foreach ((string socket, string host) in answers.SelectMany(answer => answer.Hosts.Select(host => (answer.Socket, host))))
            {
                Console.WriteLine($"{host}\t{socket}");
            }

            string[] problems = [.. answers.Select(answer => answer.Problem).OfType<string>()];
            return problems.Length == 0 ? ExitStatus.Success : CommonOptions.Fail(problems);
        });
        return command;
    }
}
