using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs;

/// <summary>
/// Attributes that come and go together (<c>struct attribute_group</c>), in a subdirectory when the group has a name. A name with slashes, which the
/// kernel has not, is a directory in a directory; groups may share all but the last one.
/// </summary>
public sealed class AttributeGroup
{
    public AttributeGroup(string? name, params IReadOnlyList<KernfsAttribute> attributes)
    {
        Attributes = attributes;
        Path = name is null ? [] : Array.ConvertAll(name.Split('/'), static part => new KernfsName(part));
    }

    public AttributeGroup(params IReadOnlyList<KernfsAttribute> attributes)
        : this(null, attributes)
    {
    }

    public IReadOnlyList<KernfsAttribute> Attributes { get; }

    internal KernfsName[] Path { get; }
}
