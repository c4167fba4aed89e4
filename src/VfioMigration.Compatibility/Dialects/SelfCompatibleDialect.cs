using System.Text;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>migration_self_compatible</c>: a text of blocks (proposed August 2020, P6, not merged; the mails name no file). <c>SELF:</c> lists the fields of the
/// node, each <c>COMPATIBLE:</c> block whose state may come in: fields are ANDed, <c>{name:string:"a","b"}</c> is one of several.
/// </summary>
public sealed class SelfCompatibleDialect() : DescriptionDialect("self_compatible", "proposed August 2020 (Yan Zhao, P6), not merged")
{
    private const string AttributeName = "migration_self_compatible";
    private const string BlockStart = "COMPATIBLE:";

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (AskedByFile.Lines(source, AttributeName) is not { } theirs || AskedByFile.Lines(target, AttributeName) is not { } ours)
        {
            return null;
        }

        string[] self = [.. theirs.Skip(1).TakeWhile(static line => line.StartsWith(' '))];
        var block = new List<string>();
        foreach (string line in ours.SkipWhile(static line => line != BlockStart).Append(BlockStart))
        {
            if (line != BlockStart)
            {
                block.Add(line);
            }
            else if (block.Count > 0 && self.Length == block.Count && self.Zip(block).All(static pair => Matches(pair.First, pair.Second)))
            {
                return DialectAnswer.Yes("a COMPATIBLE block describes the source");
            }
            else
            {
                block.Clear();
            }
        }

        return DialectAnswer.No("no COMPATIBLE block describes the source");
    }

    private static bool Matches(string own, string accepted)
    {
        if (accepted == own)
        {
            return true;
        }

        // Values may contain the colons and commas of the notation.
        int equals = own.IndexOf('=', StringComparison.Ordinal);
        (string start, string value) = (own[..(equals + 1)], own[(equals + 1)..]);
        (string ints, string strings) = ($"{start}{{{start[..^1].Trim()}:int:", $"{start}{{{start[..^1].Trim()}:string:");
        return accepted.EndsWith('}')
            && (accepted.StartsWith(ints, StringComparison.Ordinal) ? accepted[ints.Length..^1].Split(',').Contains(value)
                : accepted.StartsWith(strings, StringComparison.Ordinal)
                    && $",{accepted[strings.Length..^1]},".Contains($",\"{value}\",", StringComparison.Ordinal));
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [AttributeName];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) => [(AttributeName, Blocks)];

    private static Uapi.Result<string> Blocks(CompatibilityNode node, DeviceDescription description)
    {
        var text = new StringBuilder("SELF:\n");
        foreach (DescriptionField field in description.Fields)
        {
            text.Append("  ").Append(field.Name).Append('=').Append(field.Value).Append('\n');
        }

        // What is cut differently belongs together and gets a block of its own; everything else varies within a block.
        foreach (IGrouping<string, DeviceDescription> cut in node.Alternatives()
            .GroupBy(alternative => $"{alternative[FieldNames.MdevType]}/{alternative[FieldNames.Aggregator]}"))
        {
            text.Append(BlockStart).Append('\n');
            foreach (DescriptionField field in description.Fields)
            {
                string[] values = [.. cut.Select(alternative => alternative[field.Name]).OfType<string>().Distinct()];
                text.Append("  ").Append(field.Name).Append('=').Append(values is [var only] ? only : Variable(field.Name, values)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Variable(string name, string[] values) =>
        values.All(value => int.TryParse(value, out _))
            ? $"{{{name}:int:{string.Join(',', values)}}}"
            : $"{{{name}:string:{string.Join(',', values.Select(value => $"\"{value}\""))}}}";
}
