using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// A dialect whose files show parts of the description and of its alternatives. Every file is computed when it is read; which files there
/// are is settled when the node appears. Nodes of drivers that keep their string opaque get none.
/// </summary>
public abstract class DescriptionDialect(string name, string origin) : Dialect(name, origin)
{
    /// <summary>Lines of a file now; an errno of the driver's.</summary>
    protected delegate Result<string> Lines(CompatibilityNode node, DeviceDescription description);

    /// <summary>The files that a node with that description gets, by name.</summary>
    protected abstract IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description);

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node)
    {
        if (!node.Describe().TryGet(out DeviceDescription description))
        {
            return [];
        }

        SysfsAttribute<Kobject>[] files = [.. FilesFor(node, description).Where(file => !node.Node.HasFile(file.Name)).Select(file => Attribute(node, file.Name, file.Text))];
        return files.Length == 0 ? [] : [new AttributeGroup(files)];
    }

    protected static SysfsAttribute<Kobject> Attribute(CompatibilityNode node, string name, Lines text) =>
        SysfsAttribute<Kobject>.ReadOnly(name, (_, page) =>
            !node.Describe().TryGet(out DeviceDescription description, out Errno error) ? error
            : !text(node, description).TryGet(out string lines, out error) ? error
            : SysfsText.Lines(page, lines.Length == 0 || lines.EndsWith('\n') ? lines : lines + "\n"));

    /// <summary>The directory of a type that a description names; a driver's own names lack what the core puts before them.</summary>
    protected static string DirectoryOf(CompatibilityNode node, DeviceDescription own, string type)
    {
        string name = own[FieldNames.MdevType] ?? "";
        return (name.Length > 0 && node.TypeName.EndsWith(name, StringComparison.Ordinal) ? node.TypeName[..^name.Length] : "") + type;
    }

    /// <summary>Directories of the types among the alternatives, the own one first, which is there also when the driver describes no type.</summary>
    protected static IReadOnlyList<string> TypesOf(CompatibilityNode node, string attribute, DeviceDescription own) =>
    [
        .. ValuesOf(node, attribute, FieldNames.MdevType).Select(type => DirectoryOf(node, own, type)).DefaultIfEmpty(node.TypeName),
    ];

    /// <summary>The different values of a field among the alternatives, the preferred ones first.</summary>
    protected static IReadOnlyList<string> ValuesOf(CompatibilityNode node, string attribute, string field) =>
        [.. node.Alternatives().Select(alternative => alternative[field]).OfType<string>().Distinct()];
}
