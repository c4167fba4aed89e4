namespace VfioMigration.Sysfs.Kernfs;

/// <summary>What a file is: its name, permission bits and size. One object serves every file of that kind.</summary>
public abstract class KernfsAttribute
{
    private protected KernfsAttribute(string name, uint mode)
    {
        Name = name;
        KernfsName = new KernfsName(name);
        Mode = mode;
    }

    public string Name { get; }

    /// <summary>True when a signal does not release a caller of the store.</summary>
    public bool IsUninterruptible { get; private protected init; }

    /// <summary>Permission bits.</summary>
    public uint Mode { get; }

    /// <summary>st_size in bytes.</summary>
    public abstract int Size { get; }

    internal KernfsName KernfsName { get; }

    /// <summary>True when <see cref="IsVisible"/> asks a function of the attribute's owner.</summary>
    internal virtual bool HasPredicate => false;

    /// <summary>False leaves the file out for that object.</summary>
    internal virtual bool IsVisible(Kobject kobject) => true;
}
