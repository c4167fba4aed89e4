using System.CommandLine;

using VfioMigration.Daemon;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>Options that several commands have, spelled and described once.</summary>
internal static class CommonOptions
{
    internal static Option<string?> Config() =>
        new("--config", "-c") { Description = "Lab configuration, a JSON file (default: the built-in lab with one host)", HelpName = "FILE" };

    internal static Option<string?> Drivers() =>
        new("--drivers") { Description = "Folder with one folder per vendor driver (default: 'drivers' beside the program)", HelpName = "DIR" };

    internal static Option<string?> LogFile() =>
        new("--log-file") { Description = "Also write the log to a file", HelpName = "FILE" };

    internal static Option<bool> Verbose() =>
        new("--verbose", "-v") { Description = "Show the whole kernel log on standard error, not only warnings and errors" };

    internal static Option<string?> PemFile(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    internal static Option<string?> Host(string description) =>
        new("--host", "-H") { Description = description, HelpName = "NAME" };

    /// <summary>Prints the error and returns the exit status for it.</summary>
    internal static int Fail(IEnumerable<string> problems)
    {
        foreach (string problem in problems)
        {
            Console.Error.WriteLine($"vfiomig: {PrintableText.Escape(problem.TrimEnd())}");
        }

        return ExitStatus.Failure;
    }

    internal static int Fail(string problem) => Fail([problem]);

    internal static LabApplicationOptions Lab(
        ParseResult parsed,
        Option<string?> config,
        Option<string?> drivers,
        Option<string?> logFile,
        Option<bool> verbose) =>
        new(parsed.GetValue(config), parsed.GetValue(drivers), parsed.GetValue(logFile), parsed.GetValue(verbose));
}
