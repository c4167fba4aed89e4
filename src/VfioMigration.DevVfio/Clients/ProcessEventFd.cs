using VfioMigration.Posix;

namespace VfioMigration.DevVfio.Clients;

/// <summary>An eventfd of a process.</summary>
internal sealed class ProcessEventFd(CallersEventFd eventFd, EventFdWatcher watcher) : ClientEventFd
{
    public override void Signal(ulong value = 1) => eventFd.Signal(value);

    public override IDisposable Watch(Action signalled) => watcher.Watch(eventFd, signalled);

    public override void Dispose() => eventFd.Dispose();
}
