using System.Globalization;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>base_type</c> and <c>aggregation_ratio</c> (proposed August 2020, P11, not merged): <c>i915-GVTg_V5</c> and how many of its smallest slices the node is.
/// Where a driver compares no shares, the base type is the type.
/// </summary>
public sealed class BaseTypeDialect() : DescriptionDialect("base_type", "proposed August 2020 (Cornelia Huck, P11), not merged")
{
    internal const string Base = "base_type";
    internal const string Ratio = "aggregation_ratio";

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (!source.Exists(Base) || !target.Exists(Base))
        {
            return null;
        }

        (string theirs, string ours) = (Share(source), Share(target));
        return theirs == ours
            ? new DialectAnswer(VerdictKind.Plausible, $"both are {ours}; only the type was compared")
            : DialectAnswer.No($"{theirs} and {ours}");
    }

    private static string Share(INodeFiles node) => $"{node.Read(Ratio)} x {node.Read(Base)}";

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [Base, Ratio];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) =>
        node.Kind == NodeKind.PhysicalDevice && description[FieldNames.MdevType] is null
            ? []
            :
            [
                (Base, static (node, now) => BaseOf(node, now).Type),
                (Ratio, static (node, now) => BaseOf(node, now).Ratio.ToString(CultureInfo.InvariantCulture)),
            ];

    private static (string Type, int Ratio) BaseOf(CompatibilityNode node, DeviceDescription now) =>
        node.FindShare(now) is { } share
            ? (DirectoryOf(node, now, share.Base), share.Slices)
            : (node.TypeName, ShareRule.InstancesOf(now));
}
