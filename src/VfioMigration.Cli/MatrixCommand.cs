using System.CommandLine;
using System.Text;
using System.Text.Json;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Trees;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig matrix</c>: every type and device as a source for every other.</summary>
internal static class MatrixCommand
{
    /// <summary>More would be a quarter of a million writes.</summary>
    private const int MaxNodes = 500;

    internal static Command Create()
    {
        Option<string[]> hosts = NodeArgument.Hosts();
        Option<string> attribute = NodeArgument.Attribute();
        Option<string?> types = NodeArgument.Types();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table" };
        var html = new Option<string?>("--html") { Description = "Write a self-contained HTML page with a heat map", HelpName = "FILE" };
        var command = new Command("matrix", "Check every pair of types and devices for compatibility") { hosts, attribute, types, json, html };
        command.SetAction(parsed =>
        {
            if (NodeArgument.RootsOf(parsed.GetValue(hosts)) is not { } roots)
            {
                return NodeArgument.Trouble;
            }

            string name = parsed.GetValue(attribute)!;
            NodeDirectory[] nodes = [.. roots.SelectMany(root => NodeDirectory.FindAll(root, name))];
            if (nodes.Length is 0 or > MaxNodes)
            {
                return NodeArgument.Fail(nodes.Length == 0 ? $"nothing in {string.Join(", ", roots)} has a file {name}" : $"{nodes.Length} types and devices; at most {MaxNodes}");
            }

            var options = new JudgeOptions(name, NodeArgument.PolicyOf(parsed.GetValue(types)) ?? TypePolicy.Off);
            CompatibilityMatrix matrix = CompatibilityMatrix.Of(nodes, options, (target, result) => result.Rule == JudgeRule.TargetWrite
                ? result with { Reason = ((NodeDirectory)target).FindReason(name) ?? result.Reason }
                : result);
            if (parsed.GetValue(html) is { } file)
            {
                try
                {
                    File.WriteAllText(file, MatrixPage.Render(matrix, nodes));
                }
                catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                {
                    return NodeArgument.Fail($"{file}: {refused.Message}");
                }
            }

            if (parsed.GetValue(html) is null || parsed.GetValue(json))
            {
                Console.Write(parsed.GetValue(json) ? Json(matrix, nodes) : Table(matrix, nodes));
            }

            return ExitStatus.Success;
        });
        return command;
    }

    private static string Table(CompatibilityMatrix matrix, NodeDirectory[] nodes)
    {
        var text = new StringBuilder();
        int digits = $"{nodes.Length}".Length;
        int width = nodes.Max(static node => node.Label.Length);
        text.Append(' ', digits + width + 2).AppendJoin(' ', nodes.Select((_, i) => $"{i + 1}".PadLeft(digits))).Append('\n');
        for (int source = 0; source < nodes.Length; source++)
        {
            text.Append($"{source + 1}".PadLeft(digits)).Append(' ').Append(nodes[source].Label.PadRight(width)).Append(' ')
                .AppendJoin(' ', nodes.Select((_, target) => Mark(matrix, source, target).PadLeft(digits))).Append('\n');
        }

        return text.Append("rows are sources, columns targets; + compatible, . refused, > compatible in this direction only, - not readable\n").ToString();
    }

    private static string Mark(CompatibilityMatrix matrix, int source, int target) =>
        matrix[source, target].Rule == JudgeRule.SourceRead ? "-"
        : !matrix[source, target].IsCompatible ? "."
        : matrix[target, source].IsCompatible ? "+"
        : ">";

    private static string Json(CompatibilityMatrix matrix, NodeDirectory[] nodes) => JsonOutput.Object(writer =>
    {
        writer.WriteStartArray("nodes");
        Array.ForEach(nodes, node => writer.WriteStringValue(node.Label));
        writer.WriteEndArray();
        writer.WriteStartArray("pairs");
        for (int source = 0; source < nodes.Length; source++)
        {
            for (int target = 0; target < nodes.Length; target++)
            {
                WritePair(writer, matrix, source, target);
            }
        }

        writer.WriteEndArray();
    });

    private static void WritePair(Utf8JsonWriter writer, CompatibilityMatrix matrix, int source, int target)
    {
        JudgeResult result = matrix[source, target];
        writer.WriteStartObject();
        writer.WriteNumber("source", source);
        writer.WriteNumber("target", target);
        writer.WriteBoolean("compatible", result.IsCompatible);
        writer.WriteBoolean("asymmetric", result.IsCompatible != matrix[target, source].IsCompatible);
        writer.WriteString("rule", CheckCommand.RuleName(result.Rule));
        writer.WriteString("errno", result.ErrnoName);
        writer.WriteString("reason", result.Reason);
        writer.WriteEndObject();
    }
}
