using System.CommandLine;
using System.Globalization;

using VfioMigration.Posix;
using VfioMigration.Uapi;

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
        _ => RunAndEndAsync(arguments),
    };

    /// <summary>A negative status is a signal: <c>run</c> ends as its command has ended.</summary>
    private static async Task<int> RunAndEndAsync(string[] arguments)
    {
        ProcessImage.SetName("vfiomig\0"u8);
        int status = await RunAsync(arguments);
        if (status < 0)
        {
            ProcessImage.EndBy(-status);
        }

        return status < 0 ? ExitStatus.SignalBase - status : status;
    }

    private static bool WorkingDirectoryExists()
    {
        try
        {
            return Directory.Exists(Environment.CurrentDirectory);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<int> RunAsync(string[] arguments)
    {
        CheckedOutput.Install();
        var root = new RootCommand("Simulated Linux hosts with mediated devices, mounted as a file system.");
        foreach (Command command in CommandTable.For(arguments))
        {
            root.Add(command);
        }

        // A word that begins with @ is an argument as any other.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Command chosen = parsed.CommandResult.Command;
        if (parsed.Action is not System.CommandLine.Help.HelpAction && CommandLineError.Of(parsed) is { } problem)
        {
            CommonOptions.Fail(problem);
            return NodeArgument.IsQuestion(chosen) ? NodeArgument.Trouble : ExitStatus.Failure;
        }

        try
        {
            // The commands handle signals themselves: the parser's own handling would end the program before it has unmounted.
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        }
        catch (OutputException gone) when (gone.Error == Errno.EPIPE)
        {
            // The reader has seen enough, as 'head' does.
            return ExitStatus.Success;
        }
        catch (Exception mistake) when (mistake is OutputException or IOException or UnauthorizedAccessException)
        {
            CommonOptions.Fail(WorkingDirectoryExists() ? mistake.Message : "the working directory has been deleted; change to another one");
            return NodeArgument.IsQuestion(chosen) ? NodeArgument.Trouble : ExitStatus.Failure;
        }
    }
}
