namespace VfioMigration.Sysfs.Kernfs;

/// <summary>What few nodes have.</summary>
/// <param name="identity">What stood in the node before: the attribute of a file, the name of another node.</param>
internal sealed class KernfsNodeDetails(object identity)
{
    internal object Identity => identity;

    /// <summary>What chmod, chown, utimes and setxattr changed; null when nothing. Guarded by the root's lock.</summary>
    internal KernfsInodeAttributes? Attributes;

    /// <summary>How often sysfs_notify was called.</summary>
    internal int Events;
}
