namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// Is notified of changes in a tree, after the change and outside the tree's lock. A mounted file system is one: it forwards what the
/// kernel has cached.
/// </summary>
public interface IKernfsObserver
{
    /// <summary>The node's attributes changed: a subdirectory was added or removed, or a mode or owner was set.</summary>
    void AttributesChanged(KernfsNode node);

    /// <summary>The node entered the tree.</summary>
    void Added(KernfsNode node)
    {
    }

    /// <summary>The node left the tree. Called for every node of a removed subtree, children first.</summary>
    void Removed(KernfsNode node);

    /// <summary>sysfs_notify was called for the file.</summary>
    void Notified(KernfsFile file);

    /// <summary>Returns when all notifications have taken effect.</summary>
    void Settle()
    {
    }
}
