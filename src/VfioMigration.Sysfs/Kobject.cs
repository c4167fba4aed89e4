using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>An object that has a directory in the tree (<c>struct kobject</c>).</summary>
public class Kobject
{
    private readonly KernfsName name;

    public Kobject(SysfsTree tree, string name)
    {
        Tree = tree;
        this.name = new KernfsName(name);
        Name = name;
    }

    /// <summary>Named like another object of the same tree; sharing the name spares memory.</summary>
    public Kobject(Kobject named)
    {
        Tree = named.Tree;
        name = named.name;
        Name = named.Name;
    }

    public SysfsTree Tree { get; }

    public string Name { get; }

    /// <summary>The object whose directory contains this one; null at the top of the tree and before the object is added.</summary>
    public Kobject? Parent { get; private set; }

    /// <summary>Null before the object is added.</summary>
    public KernfsDirectory? Directory { get; private set; }

    /// <summary>SUBSYSTEM of the object's uevents; an object without one sends none.</summary>
    public virtual string? Subsystem => null;

    /// <summary>Path below /sys with a leading slash.</summary>
    public string DevPath => $"{Parent?.DevPath}/{Name}";

    /// <summary>Bytes of <see cref="DevPath"/> in UTF-8.</summary>
    internal int DevPathLength => (Parent?.DevPathLength ?? 0) + 1 + name.Utf8.Length;

    /// <summary>True for <c>/sys/kernel/debug</c> and what is below: files of the emulator itself, which no vendor driver has written.</summary>
    internal virtual bool IsDebugfs => Parent?.IsDebugfs ?? false;

    /// <summary>Permission bits that the object's directory and files have at most, until chmod(2).</summary>
    public virtual uint ModeMask => FileModes.Octal(777);

    internal KernfsName KernfsName => name;

    internal KernfsDirectory LiveDirectory =>
        Directory ?? throw new InvalidOperationException($"{Name} is not in the tree");

    /// <summary>
    /// Sends a uevent of this object (kobject_uevent_env): ACTION, DEVPATH, SUBSYSTEM, then <paramref name="extra"/>, then the
    /// object's own variables. ENOMEM when they do not fit.
    /// </summary>
    public Errno SendUevent(UeventAction action, params ReadOnlySpan<KeyValuePair<string, string>> extra)
    {
        if (Subsystem is null)
        {
            return Errno.None;
        }

        var environment = new UeventEnvironment();
        foreach ((string key, string value) in extra)
        {
            environment.Add(key, value);
        }

        AppendUeventVariables(environment);
        return Tree.Uevents.Send(action, this, Subsystem, environment);
    }

    /// <summary>True when the object's directory has an entry of that name.</summary>
    public bool HasFile(string entry) =>
        Directory is not null && Tree.Root.Find(Directory, System.Text.Encoding.UTF8.GetBytes(entry)) is not null;

    /// <summary>The object whose directory is in this one's and has the name of <paramref name="named"/>; null when there is none.</summary>
    public Kobject? FindChild(Kobject named) =>
        Directory is not null && Tree.Root.Find(Directory, named.name.Utf8) is KernfsDirectory { Kobject: { } child } && child != this ? child : null;

    /// <summary>Wakes readers that poll an attribute of this object (sysfs_notify). ENOENT when there is no such file.</summary>
    public Errno Notify(KernfsAttribute attribute)
    {
        if (Directory is null || Tree.Root.Find(Directory, attribute.KernfsName.Utf8) is not KernfsFile file)
        {
            return Errno.ENOENT;
        }

        Tree.Root.Notify(file);
        return Errno.None;
    }

    /// <summary>
    /// Removes an attribute of this object from within its own store (device_remove_file_self). True for the one caller that did; the
    /// store of every other caller then ends with success and no effect.
    /// </summary>
    public bool RemoveFileSelf(KernfsAttribute attribute) =>
        Directory is not null
        && Tree.Root.Find(Directory, attribute.KernfsName.Utf8) is KernfsFile file
        && Tree.Root.RemoveSelf(file);

    /// <summary>Variables that follow SUBSYSTEM in every uevent of this object.</summary>
    protected internal virtual void AppendUeventVariables(UeventEnvironment environment)
    {
    }

    /// <summary>Creates the directory below <paramref name="parent"/>, or at the top. EEXIST, ENODEV as from the tree.</summary>
    internal Errno AddTo(Kobject? parent)
    {
        Parent = parent;
        Result<KernfsDirectory> added = Tree.Root.AddDirectory(parent?.LiveDirectory ?? Tree.Root.Directory, name, this);
        Directory = added.IsOk ? added.Value : null;
        return added.Error;
    }

    /// <summary>Removes the directory and what is left in it.</summary>
    internal void RemoveDirectory()
    {
        if (Directory is not null)
        {
            Tree.Root.Remove(Directory);
        }
    }

    /// <summary>The way into the driver whose object this is; null for what the emulator itself drives.</summary>
    public virtual VendorGuard? DriverGuard => null;

    /// <summary>Adds the group's files. EEXIST when a name is taken, ENODEV when the object was removed; then none is added.</summary>
    public Errno AddGroup(AttributeGroup group)
    {
        if (!DirectoryOf(group).TryGet(out KernfsDirectory directory, out Errno problem))
        {
            return problem;
        }

        for (int i = 0; i < group.Attributes.Count; i++)
        {
            KernfsAttribute attribute = group.Attributes[i];
            Errno error = Shows(attribute) ? Tree.Root.AddFile(directory, attribute).Error : Errno.None;
            if (error != Errno.None)
            {
                RemoveFiles(directory, group, i);
                if (directory != Directory)
                {
                    RemoveDirectoryOf(group);
                }

                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>Whether an attribute is visible; a predicate that fails hides it.</summary>
    private bool Shows(KernfsAttribute attribute) =>
        DriverGuard is not { } guard || !attribute.HasPredicate ? attribute.IsVisible(this)
        : guard.Call(VendorCall.Describe, (attribute, kobject: this), static call => (Result<bool>)call.attribute.IsVisible(call.kobject)).Result.TryGet(out bool shows) && shows;

    /// <summary>The first attributes of a group, as far as they are there.</summary>
    private void RemoveFiles(KernfsDirectory directory, AttributeGroup group, int count)
    {
        foreach (KernfsAttribute attribute in group.Attributes.Take(count))
        {
            if (Tree.Root.Find(directory, attribute.KernfsName.Utf8) is KernfsFile file && file.Attribute == attribute)
            {
                Tree.Root.Remove(file);
            }
        }
    }

    /// <summary>Removes the group's files and waits until none of them is being read or written.</summary>
    public void RemoveGroup(AttributeGroup group)
    {
        if (Directory is null)
        {
            return;
        }

        if (group.Path.Length > 0)
        {
            RemoveDirectoryOf(group);
            return;
        }

        foreach (KernfsAttribute attribute in group.Attributes)
        {
            RemoveEntry(Directory, attribute.KernfsName);
        }
    }

    /// <summary>The group's own directory, new; those above it may be there already.</summary>
    private Result<KernfsDirectory> DirectoryOf(AttributeGroup group)
    {
        KernfsDirectory directory = LiveDirectory;
        for (int i = 0; i < group.Path.Length; i++)
        {
            bool isLast = i == group.Path.Length - 1;
            if (!isLast && Tree.Root.Find(directory, group.Path[i].Utf8) is KernfsDirectory existing)
            {
                directory = existing;
            }
            else if (!Tree.Root.AddDirectory(directory, group.Path[i], this).TryGet(out directory, out Errno error))
            {
                return error;
            }
        }

        return directory;
    }

    /// <summary>Also those above it, when nothing else is in them.</summary>
    private void RemoveDirectoryOf(AttributeGroup group)
    {
        for (int depth = group.Path.Length; depth > 0; depth--)
        {
            KernfsNode? node = Directory;
            for (int i = 0; i < depth && node is KernfsDirectory directory; i++)
            {
                node = Tree.Root.Find(directory, group.Path[i].Utf8);
            }

            if (node is not KernfsDirectory found || (depth < group.Path.Length && Tree.Root.HasChildren(found)))
            {
                return;
            }

            Tree.Root.Remove(found);
        }
    }

    /// <summary>A link in this object's directory.</summary>
    internal Errno AddLink(in KernfsName linkName, Kobject target) =>
        Tree.Root.AddLink(LiveDirectory, linkName, target.LiveDirectory).Error;

    internal void RemoveLink(in KernfsName linkName)
    {
        if (Directory is not null)
        {
            RemoveEntry(Directory, linkName);
        }
    }

    private void RemoveEntry(KernfsDirectory directory, in KernfsName entry)
    {
        if (Tree.Root.Find(directory, entry.Utf8) is { } node)
        {
            Tree.Root.Remove(node);
        }
    }
}
