using VfioMigration.DevVfio.Clients;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>An eventfd that only counts.</summary>
internal sealed class FakeEventFd : ClientEventFd
{
    private long count;

    internal long Count => Volatile.Read(ref count);

    public override void Signal(ulong value = 1) => Interlocked.Add(ref count, (long)value);

    public override IDisposable Watch(Action signalled) => this;

    public override void Dispose()
    {
    }
}
