using System.CommandLine;
using System.Globalization;

using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>The program <c>vfiomig</c>.</summary>
internal static class Program
{
    /// <summary>The helpers are started before anything else is set up or loaded: see <see cref="EnterCommand"/> and <see cref="ProgramSupervisor"/>.</summary>
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        [EnterCommand.Name, .. var rest] => Task.FromResult(EnterCommand.Run(rest)),
        [ProgramSupervisor.CommandName, var lifeline, var command] =>
            Task.FromResult(ProgramSupervisor.Run(new FileDescriptor(int.Parse(lifeline, CultureInfo.InvariantCulture)), command)),
        _ => RunAsync(arguments),
    };

    private static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Simulated Linux hosts with mediated devices, mounted as a file system.");
        foreach (Command command in CommandTable.For(arguments))
        {
            root.Add(command);
        }

        // The commands handle signals themselves: the parser's own handling would end the program before it has unmounted.
        ParseResult parsed = root.Parse(arguments);
        int status = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 && NodeArgument.IsQuestion(parsed.CommandResult.Command) ? NodeArgument.Trouble : status;
    }
}
