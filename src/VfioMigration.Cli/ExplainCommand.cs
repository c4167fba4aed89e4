using System.CommandLine;

using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Trees;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig explain SRC DST</c>: what user space would conclude from every dialect that both sides serve.</summary>
internal static class ExplainCommand
{
    internal static Command Create()
    {
        Argument<string> source = NodeArgument.Create("src", "The source of the state");
        Argument<string> target = NodeArgument.Create("dst", "The target of the state");
        var command = new Command("explain", "Query every compatibility dialect that both sides serve, and mark disagreements") { source, target };
        command.SetAction(parsed =>
        {
            if (NodeArgument.Open(parsed.GetValue(source)!) is not { } from || NodeArgument.OpenToAsk(parsed.GetValue(target)!) is not { } to)
            {
                return NodeArgument.Trouble;
            }

            (Dialect Dialect, DialectAnswer Answer)[] answers =
            [
                .. DialectCatalogue.CreateAll()
                    .Select(dialect => (Dialect: dialect, Answer: dialect.Ask(from, to)))
                    .Where(static asked => asked.Answer is not null)
                    .Select(static asked => (asked.Dialect, asked.Answer!)),
            ];
            return answers.Length == 0
                ? NodeArgument.Fail($"{from.Name} and {to.Name} have no dialect in common; see 'compatibility' in docs/configuration.md")
                : Print(answers, to);
        });
        return command;
    }

    /// <summary>The driver's own verdict is that of the first dialect that queries it; the others only show data that user space compares.</summary>
    private static int Print((Dialect Dialect, DialectAnswer Answer)[] answers, NodeDirectory target)
    {
        (Dialect verdict, DialectAnswer truth) = Array.Find(answers, static asked => asked.Dialect is MigrationVersionDialect) is { Dialect: not null } asked ? asked : answers[0];
        int width = answers.Max(static asked => asked.Dialect.Name.Length);
        foreach ((Dialect dialect, DialectAnswer answer) in answers)
        {
            string mark = answer.IsAccepted == truth.IsAccepted ? " " : "!";
            Console.WriteLine($"{mark} {dialect.Name.PadRight(width)}  {answer.Kind.ToString().ToLowerInvariant(),-12}  {answer.Reason}");
        }

        if (!truth.IsAccepted && truth.Asked is { } file && target.FindReason(file) is { } reason)
        {
            Console.WriteLine($"the driver: {reason}");
        }

        foreach ((Dialect dialect, DialectAnswer answer) in answers.Where(asked => asked.Answer.IsAccepted != truth.IsAccepted))
        {
            Console.WriteLine(
                $"! {dialect.Name} disagrees with {verdict.Name}: it {(answer.IsAccepted ? "does not show why the driver refuses" : "does not show that the driver accepts")} ({answer.Reason})");
        }

        return truth.IsAccepted ? ExitStatus.Success : ExitStatus.Failure;
    }
}
