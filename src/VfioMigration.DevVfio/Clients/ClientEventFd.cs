using VfioMigration.Vfio.Irqs;

namespace VfioMigration.DevVfio.Clients;

/// <summary>An eventfd of a client, which the device signals.</summary>
public abstract class ClientEventFd : IrqTrigger, IWatchableTrigger, IDisposable
{
    /// <summary>Calls back whenever the client has signalled it, until the result is disposed. The counter is taken.</summary>
    public abstract IDisposable Watch(Action signalled);

    public abstract void Dispose();
}
