using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs.Tests.Kernfs;

/// <summary>Writes down what it is told, as words and paths.</summary>
internal sealed class RecordingObserver : IKernfsObserver
{
    private readonly List<string> seen = [];

    internal IReadOnlyList<string> Seen
    {
        get
        {
            lock (seen)
            {
                return [.. seen];
            }
        }
    }

    /// <summary>Set by the first removal.</summary>
    internal ManualResetEventSlim SomethingRemoved { get; } = new();

    public void AttributesChanged(KernfsNode node) => Add($"changed {KernfsRoot.PathOf(node)}");

    public void Removed(KernfsNode node)
    {
        Add($"removed {KernfsRoot.PathOf(node)}");
        SomethingRemoved.Set();
    }

    public void Notified(KernfsFile file) => Add($"notified {KernfsRoot.PathOf(file)}");

    private void Add(string what)
    {
        lock (seen)
        {
            seen.Add(what);
        }
    }
}
