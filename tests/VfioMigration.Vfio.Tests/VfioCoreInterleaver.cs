using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Vfio.Tests;

/// <summary>Runs an action once, in the middle of a registration: when the directory of the group's node appears.</summary>
internal sealed class VfioCoreInterleaver(DriverCore core, Action action) : IKernfsObserver
{
    private const string GroupNodes = "devices/virtual/vfio";
    private bool done;

    internal T During<T>(Func<T> work)
    {
        core.Tree.Root.Subscribe(this);
        T result = work();
        core.Tree.Root.Unsubscribe(this);
        return result;
    }

    public void AttributesChanged(KernfsNode node)
    {
        if (!done && KernfsRoot.PathOf(node) == GroupNodes)
        {
            done = true;
            action();
        }
    }

    public void Removed(KernfsNode node)
    {
    }

    public void Notified(KernfsFile file)
    {
    }
}
