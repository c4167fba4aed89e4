using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs;

/// <summary>
/// Attributes that come and go together (<c>struct attribute_group</c>), in a subdirectory when the group has a name.
/// </summary>
public sealed class AttributeGroup
{
    public AttributeGroup(string? name, params IReadOnlyList<KernfsAttribute> attributes)
    {
        Attributes = attributes;
        Directory = name is null ? null : new KernfsName(name);
    }

    public AttributeGroup(params IReadOnlyList<KernfsAttribute> attributes)
        : this(null, attributes)
    {
    }

    public IReadOnlyList<KernfsAttribute> Attributes { get; }

    internal KernfsName? Directory { get; }
}
