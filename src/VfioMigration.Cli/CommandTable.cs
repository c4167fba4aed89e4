using System.CommandLine;

namespace VfioMigration.Cli;

/// <summary>The commands by name, in the order of the help. Each is made only when it is needed, because making all of them is a part of every start.</summary>
internal static class CommandTable
{
    private static readonly (string Name, Func<Command> Create)[] All =
    [
        ("up", UpCommand.Create),
        ("run", RunCommand.Create),
        ("demo", DemoCommand.Create),
        ("guest", GuestCommand.Create),
        ("migrate", MigrateCommand.Create),
        ("send", SendCommand.Create),
        ("receive", ReceiveCommand.Create),
        ("check", CheckCommand.Create),
        ("explain", ExplainCommand.Create),
        ("matrix", MatrixCommand.Create),
        ("lint", LintCommand.Create),
        ("plan", PlanCommand.Create),
        ("replicate", ReplicateCommand.Create),
        ("hosts", HostsCommand.Create),
        ("driver", DriverCommand.Create),
        ("dmesg", KernelLogCommand.Create),
        ("uevents", UeventsCommand.Create),
    ];

    /// <summary>The command that the first argument names, or all.</summary>
    internal static IEnumerable<Command> For(IReadOnlyList<string> arguments)
    {
        (string Name, Func<Command> Create)[] named = [.. All.Where(command => arguments.Count > 0 && command.Name == arguments[0])];
        return (named.Length == 1 ? named : All).Select(static command => command.Create());
    }
}
