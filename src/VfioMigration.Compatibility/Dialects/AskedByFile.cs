using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>What user space does with files that it may compare itself.</summary>
internal static class AskedByFile
{
    /// <summary>Reads the source's string and writes it to the target's.</summary>
    internal static DialectAnswer? ByVersion(string file, INodeFiles source, INodeFiles target)
    {
        if (!source.Exists(file) || !target.Exists(file))
        {
            return null;
        }

        JudgeResult result = UserspaceJudge.Check(source, target, new JudgeOptions(file, TypePolicy.Off));
        return (result.IsCompatible ? DialectAnswer.Yes(result.Reason) : DialectAnswer.No(result.Reason)) with { Asked = file };
    }

    /// <summary>Lines of a file; null when it cannot be read.</summary>
    internal static IReadOnlyList<string>? Lines(INodeFiles node, string file) =>
        node.Read(file).TryGet(out string text) ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;

    /// <summary>Compares fields: the software version by its rule, everything else must be equal.</summary>
    internal static DialectAnswer ByFields(IReadOnlyDictionary<string, string> source, IReadOnlyDictionary<string, string> target)
    {
        foreach (string name in source.Keys.Union(target.Keys).Order(StringComparer.Ordinal))
        {
            (string? theirs, string? ours) = (source.GetValueOrDefault(name), target.GetValueOrDefault(name));
            bool isVersion = name == FieldNames.SoftwareVersion;
            if (isVersion ? !Accepts(ours, theirs) : theirs != ours)
            {
                return DialectAnswer.No($"{name}: {theirs ?? "(absent)"} and {ours ?? "(absent)"}");
            }
        }

        return DialectAnswer.Yes("all fields match");
    }

    /// <summary>R37.</summary>
    internal static bool Accepts(string? ours, string? theirs) =>
        SoftwareVersion.TryParse(ours ?? "", out SoftwareVersion target)
        && SoftwareVersion.TryParse(theirs ?? "", out SoftwareVersion source)
        && target.Accepts(source);
}
