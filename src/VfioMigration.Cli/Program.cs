using System.CommandLine;

namespace VfioMigration.Cli;

/// <summary>The program <c>vfiomig</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        // The mount namespace is entered before anything else is set up: see EnterCommand.
        if (arguments is [EnterCommand.Name, ..])
        {
            return EnterCommand.Run(arguments[1..]);
        }

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
