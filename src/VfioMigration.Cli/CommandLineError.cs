using System.CommandLine;
using System.CommandLine.Parsing;

namespace VfioMigration.Cli;

/// <summary>What is wrong with a command line, in a line, with what was perhaps meant and where the help is.</summary>
internal static class CommandLineError
{
    /// <summary>Words further away than this are no misspellings.</summary>
    private const int MaxDistance = 2;

    /// <summary>Null for a command line that can be executed.</summary>
    internal static string? Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string path = string.Join(' ', PathOf(parsed.CommandResult).Reverse());
        string? problem = MisplacedOption(parsed) is { } option ? $"unknown option '{option}'{Suggestion(option, command)}"
            : parsed.UnmatchedTokens is [{ } word, ..] ? $"{(command.Subcommands.Count > 0 ? "unknown command" : "unexpected argument")} '{word}'{Suggestion(word, command)}"
            : parsed.Errors is not [{ } error, ..] ? EmptyValue(parsed)
            : command.Subcommands.Count > 0 ? $"'{path}' requires a command: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}"
            : error.Message.TrimEnd('.');
        return problem is null ? null : $"{problem}; see '{path} --help'";
    }

    /// <summary>
    /// An option that nobody knows is taken for an argument: '--version' would become the directory of 'up'. Only words behind the first word of
    /// a command to be run, and behind '--', may begin with a dash.
    /// </summary>
    private static string? MisplacedOption(ParseResult parsed)
    {
        int limit = parsed.Tokens.TakeWhile(static token => token.Type != TokenType.DoubleDash).Count();
        Token[] before = [.. parsed.Tokens.Take(limit)];
        foreach (ArgumentResult argument in parsed.CommandResult.Children.OfType<ArgumentResult>())
        {
            IEnumerable<Token> words = argument.Argument.Arity.MaximumNumberOfValues > 1 ? argument.Tokens.Take(1) : argument.Tokens;
            if (words.FirstOrDefault(word => word.Value is ['-', _, ..] && before.Contains(word)) is { } option)
            {
                return option.Value;
            }
        }

        return parsed.UnmatchedTokens.FirstOrDefault(static word => word is ['-', _, ..]);
    }

    /// <summary>A file, a folder or a name: nothing here has an empty one. Arguments of commands that ask have their own sentence.</summary>
    private static string? EmptyValue(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(static option => option.Tokens.Any(static token => token.Value.Length == 0)) is { } empty
            ? $"{empty.Option.Name} has an empty value"
            : null;

    private static string Suggestion(string word, Command command)
    {
        IEnumerable<string> names = command.Subcommands.Select(sub => sub.Name)
            .Concat(command.Options.SelectMany(option => option.Aliases.Append(option.Name)));
        string? nearest = names.Where(name => name.Length > MaxDistance).OrderBy(name => Distance(word, name)).FirstOrDefault();
        return nearest is not null && Distance(word, nearest) <= MaxDistance ? $" (did you mean '{nearest}'?)" : "";
    }

    /// <summary>Levenshtein's: characters to insert, to delete or to replace.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    private static IEnumerable<string> PathOf(SymbolResult? result)
    {
        for (; result is CommandResult command; result = result.Parent)
        {
            yield return command.Command is RootCommand ? "vfiomig" : command.Command.Name;
        }
    }
}
