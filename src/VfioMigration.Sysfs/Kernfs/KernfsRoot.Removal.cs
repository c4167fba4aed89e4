namespace VfioMigration.Sysfs.Kernfs;

public sealed partial class KernfsRoot
{
    /// <summary>
    /// Takes a node and everything under it out of the tree and returns when no show or store of it runs any more. Removing a
    /// removed node does nothing.
    /// </summary>
    internal void Remove(KernfsNode node)
    {
        List<KernfsNode> removed = UnlinkSubtree(node);
        if (removed.Count == 0)
        {
            return;
        }

        foreach (IKernfsObserver observer in observers)
        {
            foreach (KernfsNode gone in removed)
            {
                observer.Removed(gone);
            }

            if (node is KernfsDirectory && node.Parent is not null)
            {
                observer.AttributesChanged(node.Parent);
            }
        }

        Drain(removed);
    }

    /// <summary>
    /// Removes a file from within its own store (kernfs_remove_self): the caller's active reference does not count. True for the
    /// one caller that removed it; a second store that comes at the same time gets false.
    /// </summary>
    internal bool RemoveSelf(KernfsFile file)
    {
        file.BreakActive(this);
        bool mine;
        lock (gate)
        {
            mine = !file.IsRemoved;
            if (mine)
            {
                Unlink(file);
            }
        }

        if (mine)
        {
            foreach (IKernfsObserver observer in observers)
            {
                observer.Removed(file);
            }

            Drain([file]);
        }

        file.UnbreakActive();
        return mine;
    }

    /// <summary>Removes a directory if it is empty; used for directories that exist only while they have content.</summary>
    internal bool RemoveIfEmpty(KernfsDirectory directory)
    {
        lock (gate)
        {
            if (directory.IsRemoved || !directory.IsEmpty)
            {
                return false;
            }

            Unlink(directory);
        }

        foreach (IKernfsObserver observer in observers)
        {
            observer.Removed(directory);
            observer.AttributesChanged(directory.Parent!);
        }

        return true;
    }

    internal void SignalDrained()
    {
        lock (drained)
        {
            Monitor.PulseAll(drained);
        }
    }

    private List<KernfsNode> UnlinkSubtree(KernfsNode node)
    {
        var removed = new List<KernfsNode>();
        lock (gate)
        {
            if (!node.IsRemoved)
            {
                Collect(node, removed);
                removed.ForEach(Unlink);
            }
        }

        return removed;
    }

    /// <summary>Under the lock; children before their directory.</summary>
    private static void Collect(KernfsNode node, List<KernfsNode> into)
    {
        if (node is KernfsDirectory directory)
        {
            KernfsNode? child = directory.FirstFrom(0, default, inclusive: true);
            while (child is not null)
            {
                Collect(child, into);
                child = directory.FirstFrom(child.Hash, child.Utf8Name, inclusive: false);
            }
        }

        into.Add(node);
    }

    /// <summary>Under the lock.</summary>
    private static void Unlink(KernfsNode node)
    {
        node.Parent!.Unlink(node);
        node.Deactivate();
    }

    private void Drain(List<KernfsNode> removed)
    {
        foreach (KernfsNode node in removed)
        {
            if (!node.IsDrained)
            {
                lock (drained)
                {
                    while (!node.IsDrained)
                    {
                        Monitor.Wait(drained);
                    }
                }
            }
        }
    }
}
