using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// A tree of nodes. Locking: <see cref="gate"/> guards the shape of the tree and the inode attributes; it is a leaf lock, held for
/// bounded work only, and never while an attribute, an observer or any other code outside this folder runs. Active references
/// (<see cref="KernfsNode"/>) keep a file's object alive during show and store; removal unlinks under the lock, notifies the observers,
/// and then waits for the active references without it.
/// </summary>
public sealed partial class KernfsRoot
{
    /// <summary>Injected faults; null for none.</summary>
    public IAttributeFaults? Faults { get; set; }

    private readonly Lock gate = new();
    private readonly object drained = new();
    private readonly TimeProvider clock;
    private volatile IKernfsObserver[] observers = [];
    private ulong lastIno;

    public KernfsRoot(TimeProvider clock)
    {
        this.clock = clock;
        VendorCalls = new VendorCalls(clock);
        Directory = new KernfsDirectory(this, new KernfsName("sysfs"), kobject: null, clock.GetUtcNow());
    }

    /// <summary>The host's calls into vendor drivers; every attribute may be one.</summary>
    public VendorCalls VendorCalls { get; }

    /// <summary>The directory at the top.</summary>
    public KernfsDirectory Directory { get; }

    public void Subscribe(IKernfsObserver observer)
    {
        lock (gate)
        {
            observers = [.. observers, observer];
        }
    }

    public void Unsubscribe(IKernfsObserver observer)
    {
        lock (gate)
        {
            observers = [.. observers.Where(o => o != observer)];
        }
    }

    /// <summary>EEXIST when the name is taken, ENODEV when the parent is removed.</summary>
    internal Result<KernfsDirectory> AddDirectory(KernfsDirectory parent, in KernfsName name, Kobject? kobject)
    {
        var directory = new KernfsDirectory(this, name, kobject, clock.GetUtcNow());
        Errno error = Add(parent, directory);
        return error == Errno.None ? directory : error;
    }

    internal Result<KernfsFile> AddFile(KernfsDirectory parent, KernfsAttribute attribute)
    {
        var file = new KernfsFile(this, attribute);
        Errno error = Add(parent, file);
        return error == Errno.None ? file : error;
    }

    internal Result<KernfsLink> AddLink(KernfsDirectory parent, in KernfsName name, KernfsNode target)
    {
        var link = new KernfsLink(this, name, target);
        Errno error = Add(parent, link);
        return error == Errno.None ? link : error;
    }

    /// <summary>The child of that name, or null. Does not allocate.</summary>
    public KernfsNode? Find(KernfsDirectory directory, ReadOnlySpan<byte> name)
    {
        uint hash = KernfsName.ComputeHash(name);
        lock (gate)
        {
            return directory.Find(hash, name);
        }
    }

    internal bool HasChildren(KernfsDirectory directory)
    {
        lock (gate)
        {
            return !directory.IsEmpty;
        }
    }

    /// <summary>The node at a path such as <c>class/mdev_bus</c>, links not followed; null when there is none.</summary>
    public KernfsNode? FindPath(string path)
    {
        KernfsNode? at = Directory;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at is KernfsDirectory directory ? Find(directory, System.Text.Encoding.UTF8.GetBytes(part)) : null;
        }

        return at;
    }

    /// <summary>The path of a node from the root, without a leading slash.</summary>
    public static string PathOf(KernfsNode node) =>
        node.Parent is null ? "" : node.Parent.Parent is null ? node.Name : $"{PathOf(node.Parent)}/{node.Name}";

    /// <summary>
    /// Returns when every mount shows the tree as it is now. For changes that were not made through a mount; a change through a mount settles
    /// before its write is answered.
    /// </summary>
    public void Settle()
    {
        foreach (IKernfsObserver observer in observers)
        {
            observer.Settle();
        }
    }

    internal ulong AllocateIno() => Interlocked.Increment(ref lastIno);

    /// <summary>Wakes the pollers of the file (sysfs_notify).</summary>
    internal void Notify(KernfsFile file)
    {
        file.CountEvent();
        foreach (IKernfsObserver observer in observers)
        {
            observer.Notified(file);
        }
    }

    /// <summary>ENODEV also for a driver that returns from a call that was abandoned: its device was removed, or is another's.</summary>
    private Errno Add(KernfsDirectory parent, KernfsNode node)
    {
        if (VendorCalls.IsAbandoned)
        {
            return Errno.ENODEV;
        }

        lock (gate)
        {
            if (parent.IsRemoved)
            {
                return Errno.ENODEV;
            }

            if (!parent.TryInsert(node))
            {
                return Errno.EEXIST;
            }
        }

        foreach (IKernfsObserver observer in observers)
        {
            observer.Added(node);
        }

        if (node is KernfsDirectory)
        {
            NotifyAttributesChanged(parent);
        }

        return Errno.None;
    }

    private void NotifyAttributesChanged(KernfsNode node)
    {
        foreach (IKernfsObserver observer in observers)
        {
            observer.AttributesChanged(node);
        }
    }
}
