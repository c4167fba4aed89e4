using VfioMigration.Compatibility.Dialects;
using VfioMigration.Mdev;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Dialects;

/// <summary>
/// <c>aggregator</c> of a type (proposed April 2020, not merged): devices created from then on are made of that many instances. One value for all users: of two
/// creators who set it, one gets the other's size, and that is why it was refused.
/// </summary>
internal sealed class TypeAggregatorDialect : Dialect
{
    private const string AttributeName = "aggregator";

    private readonly AttributeGroup[] groups = [new AttributeGroup(SysfsAttribute<MdevType>.ReadWrite(AttributeName, Show, Store))];

    internal TypeAggregatorDialect()
        : base("type_aggregator", "proposed April 2020 (Yan Zhao), refused, not merged")
    {
    }

    /// <summary>The field of a description that has the same name cannot be written.</summary>
    public override IReadOnlyList<string> FilesOn(NodeKind kind) => kind == NodeKind.Type ? [AttributeName, AnyField] : [];

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node) =>
        node.Node is MdevType { MdevParent.TakesCreationParameters: true } && !node.Node.HasFile(AttributeName) ? groups : [];

    private static Result<int> Show(MdevType type, Span<byte> page) =>
        SysfsText.Line(page, type.DefaultParameters.GetValueOrDefault(AggregationAttributes.Parameter, "1"));

    private static Errno Store(MdevType type, ReadOnlySpan<byte> value)
    {
        if (!SysfsText.ParseUnsigned(value).TryGet(out ulong count) || count is 0 or > int.MaxValue)
        {
            return Errno.EINVAL;
        }

        type.DefaultParameters = new Dictionary<string, string> { [AggregationAttributes.Parameter] = $"{count}" };
        return Errno.None;
    }
}
