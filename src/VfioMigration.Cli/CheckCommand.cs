using System.CommandLine;
using System.Text.Json;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Trees;

namespace VfioMigration.Cli;

/// <summary>
/// <c>vfiomig check SRC DST</c>: the check of the proposal, as specified. Exit status 0 compatible, 1 incompatible, 2 the check could not be made.
/// </summary>
internal static class CheckCommand
{
    internal static Command Create()
    {
        Argument<string> source = NodeArgument.Create("src", "The source of the state");
        Argument<string> target = NodeArgument.Create("dst", "The target of the state");
        Option<string> attribute = NodeArgument.Attribute();
        Option<string?> types = NodeArgument.Types();
        var parameters = new Option<bool>("--parameters") { Description = "Also require equal creation parameters" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("check", "Check whether DST can take the state of SRC. Exit status 0 yes, 1 no, 2 unknown") { source, target, attribute, types, parameters, json };
        command.SetAction(parsed =>
        {
            if (NodeArgument.Open(parsed.GetValue(source)!) is not { } from || NodeArgument.OpenToAsk(parsed.GetValue(target)!) is not { } to)
            {
                return NodeArgument.Trouble;
            }

            var options = new JudgeOptions(
                parsed.GetValue(attribute)!, NodeArgument.PolicyOf(parsed.GetValue(types)), parsed.GetValue(parameters));
            JudgeResult result = UserspaceJudge.Check(from, to, options);
            string? reason = result.Rule == JudgeRule.TargetWrite ? to.FindReason(options.Attribute) : null;
            Console.Write(parsed.GetValue(json) ? Json(result, from, to, reason) : Text(result, reason));
            return result.IsCompatible ? ExitStatus.Success : ExitStatus.Failure;
        });
        return command;
    }

    private static string Text(JudgeResult result, string? reason) => string.Concat(new[]
    {
        result.IsCompatible ? "compatible" : "incompatible",
        $"  rule    {RuleName(result.Rule)}",
        $"  because {result.Reason}{(result.ErrnoName is null ? "" : $" ({result.ErrnoName})")}",
        reason is null ? null : $"  driver  {reason}",
        result.Version is null ? null : $"  string  {result.Version}",
        result.Advice is null ? null : $"  note    {result.Advice}",
    }.OfType<string>().Select(static line => line + "\n"));

    private static string Json(JudgeResult result, NodeDirectory source, NodeDirectory target, string? reason) => JsonOutput.Object(writer =>
    {
        writer.WriteString("source", source.Name);
        writer.WriteString("target", target.Name);
        writer.WriteBoolean("compatible", result.IsCompatible);
        writer.WriteString("rule", RuleName(result.Rule));
        writer.WriteString("reason", result.Reason);
        writer.WriteString("errno", result.ErrnoName);
        writer.WriteString("driver_reason", reason);
        writer.WriteString("version", result.Version);
        writer.WriteString("note", result.Advice);
    });

    internal static string RuleName(JudgeRule rule) => JsonNamingPolicy.KebabCaseLower.ConvertName(rule.ToString());
}
