using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>A directory and its children, ordered as readdir shows them.</summary>
public sealed class KernfsDirectory : KernfsNode
{
    private readonly long created;
    private KernfsChildren children;

    internal KernfsDirectory(KernfsRoot root, in KernfsName name, Kobject? kobject, DateTimeOffset created)
        : base(root, name)
    {
        Kobject = kobject;
        this.created = created.UtcTicks;
    }

    /// <summary>The object whose attributes the files in here are; a named attribute group shares its owner's.</summary>
    public Kobject? Kobject { get; }

    /// <summary>When the directory appeared; its files and links show the same times.</summary>
    public DateTimeOffset Created => new(created, TimeSpan.Zero);

    internal int Subdirectories { get; private set; }

    public override uint FileType => Uapi.FileType.S_IFDIR;

    public override ulong Size => 0;

    public override uint Nlink => 2 + (uint)Subdirectories;

    /// <summary>The root is 0555 (<c>fs/sysfs/mount.c</c>).</summary>
    internal override uint DefaultMode => FileModes.Octal(Parent is null ? 555 : 755) & (Kobject?.ModeMask ?? FileModes.Octal(777));

    /// <summary>True when nothing is in the directory.</summary>
    internal bool IsEmpty => children.IsEmpty;

    /// <summary>Under the root's lock. False when the name is taken.</summary>
    internal bool TryInsert(KernfsNode child)
    {
        if (!children.TryInsert(child))
        {
            return false;
        }

        child.Parent = this;
        Subdirectories += child is KernfsDirectory ? 1 : 0;
        return true;
    }

    /// <summary>Under the root's lock.</summary>
    internal void Unlink(KernfsNode child)
    {
        children.Remove(child);
        Subdirectories -= child is KernfsDirectory ? 1 : 0;
    }

    /// <summary>Under the root's lock.</summary>
    internal KernfsNode? Find(uint hash, ReadOnlySpan<byte> name) => children.Find(hash, name);

    /// <summary>Under the root's lock: how many children a lookup of that name looks at.</summary>
    internal int CountVisited(uint hash, ReadOnlySpan<byte> name)
    {
        children.Find(hash, name, out int visited);
        return visited;
    }

    /// <summary>Under the root's lock: children in order from a hash on; how many were copied.</summary>
    internal int CopyFrom(uint hash, Span<KernfsNode> into) => children.CopyFrom(hash, into);

    /// <summary>Under the root's lock: the first child at or after a position, or null.</summary>
    internal KernfsNode? FirstFrom(uint hash, ReadOnlySpan<byte> name, bool inclusive) =>
        children.FirstFrom(hash, name, inclusive);
}
