namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// One entry of the tree (<c>struct kernfs_node</c>). Kept small, because a device has about seventy of them: what only a few nodes
/// have (changed modes, xattrs, notifications) is in <see cref="KernfsNodeDetails"/>, and a file takes its name from its attribute.
/// </summary>
public abstract class KernfsNode
{
    /// <summary>Added to the active count of a removed node, which makes it negative permanently.</summary>
    private const int DeactivatedBias = int.MinValue / 2;

    /// <summary>The next one of the siblings that <see cref="KernfsChildList"/> links; guarded by the root's lock.</summary>
    internal KernfsNode? Next;

    /// <summary>The <see cref="KernfsAttribute"/> of a file, else the name in UTF-8; or the details, which then have it.</summary>
    private object identity;
    private int active;

    private protected KernfsNode(KernfsRoot root, in KernfsName name)
    {
        identity = name.Utf8;
        Hash = name.Hash;
        Ino = root.AllocateIno();
    }

    private protected KernfsNode(KernfsRoot root, KernfsAttribute attribute)
    {
        identity = attribute;
        Hash = attribute.KernfsName.Hash;
        Ino = root.AllocateIno();
    }

    /// <summary>The containing directory; kept after removal. Null for the root.</summary>
    public KernfsDirectory? Parent { get; internal set; }

    /// <summary>Unique in its tree and never used again. The root's is 1.</summary>
    public ulong Ino { get; }

    /// <summary>What chmod, chown, utimes and setxattr changed; null when nothing.</summary>
    internal KernfsInodeAttributes? Attributes => Details?.Attributes;

    /// <summary>Null until <see cref="MakeDetails"/>.</summary>
    private protected KernfsNodeDetails? Details => Volatile.Read(ref identity) as KernfsNodeDetails;

    /// <summary>What the constructor got.</summary>
    private protected object Identity
    {
        get
        {
            object seen = Volatile.Read(ref identity);
            return seen is KernfsNodeDetails details ? details.Identity : seen;
        }
    }

    internal uint Hash { get; }

    internal ReadOnlySpan<byte> Utf8Name => NameBytes;

    public ReadOnlyMemory<byte> Utf8NameMemory => NameBytes;

    public string Name => System.Text.Encoding.UTF8.GetString(NameBytes);

    private byte[] NameBytes => Identity is byte[] name ? name : ((KernfsAttribute)Identity).KernfsName.Utf8;

    /// <summary>S_IF* of the node.</summary>
    public abstract uint FileType { get; }

    /// <summary>st_size: 4096 for a text attribute, 0 for directories and links.</summary>
    public abstract ulong Size { get; }

    /// <summary>st_nlink: 2 plus subdirectories for a directory, else 1.</summary>
    public virtual uint Nlink => 1;

    internal abstract uint DefaultMode { get; }

    /// <summary>True once the node was removed from the tree. It is never added again.</summary>
    public bool IsRemoved => Volatile.Read(ref active) < 0;

    /// <summary>Permission bits in force.</summary>
    public uint Mode => Attributes?.Mode ?? DefaultMode;

    /// <summary>
    /// Takes an active reference: while it is held, removal of the node waits. False when the node is removed.
    /// Pairs with <see cref="PutActive"/>.
    /// </summary>
    internal bool TryGetActive()
    {
        int seen = Volatile.Read(ref active);
        while (seen >= 0)
        {
            int before = Interlocked.CompareExchange(ref active, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    internal void PutActive(KernfsRoot root)
    {
        if (Interlocked.Decrement(ref active) == DeactivatedBias)
        {
            root.SignalDrained();
        }
    }

    /// <summary>Gives up the caller's own active reference for the time of a self-removal. Pairs with <see cref="UnbreakActive"/>.</summary>
    internal void BreakActive(KernfsRoot root) => PutActive(root);

    /// <summary>Takes the reference back without asking whether the node is still there, so that the caller's put balances.</summary>
    internal void UnbreakActive() => Interlocked.Increment(ref active);

    /// <summary>No new active references from here on.</summary>
    internal void Deactivate() => Interlocked.Add(ref active, DeactivatedBias);

    internal bool IsDrained => Volatile.Read(ref active) == DeactivatedBias;

    /// <summary>The details, from now on unchanged. Concurrent callers get the same.</summary>
    internal KernfsNodeDetails MakeDetails()
    {
        object seen = Volatile.Read(ref identity);
        if (seen is KernfsNodeDetails existing)
        {
            return existing;
        }

        var made = new KernfsNodeDetails(seen);
        object before = Interlocked.CompareExchange(ref identity, made, seen);
        return before == seen ? made : (KernfsNodeDetails)before;
    }
}
