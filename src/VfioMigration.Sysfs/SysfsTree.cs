using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs;

/// <summary>What all kobjects of one host share: the tree, its uevents and its kernel log.</summary>
public sealed class SysfsTree
{
    public SysfsTree(TimeProvider clock)
    {
        Root = new KernfsRoot(clock);
        Log = new KernelLog(clock);
    }

    public KernfsRoot Root { get; }

    public KernelLog Log { get; }

    /// <summary>The shows and stores that are under way for clients of mounts.</summary>
    public ActiveCalls Calls { get; } = new();

    public UeventStream Uevents { get; } = new();
}
