using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>The time in which a connection must be ready for its first message (<see cref="MigrationLimits.Connect"/>).</summary>
internal sealed class ConnectLimit : IDisposable
{
    private readonly CancellationToken cancelled;
    private readonly CancellationTokenSource timeout;
    private readonly CancellationTokenSource either;

    internal ConnectLimit(TimeProvider clock, CancellationToken cancelled)
    {
        this.cancelled = cancelled;
        timeout = new CancellationTokenSource(MigrationLimits.Connect, clock);
        either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, timeout.Token);
    }

    /// <summary>Cancelled by the caller, or by time.</summary>
    internal CancellationToken Token => either.Token;

    /// <summary>What became of a connection that failed with <paramref name="other"/>.</summary>
    internal Errno Reason(Errno other) =>
        cancelled.IsCancellationRequested ? Errno.ECANCELED : timeout.IsCancellationRequested ? Errno.ETIMEDOUT : other;

    public void Dispose()
    {
        either.Dispose();
        timeout.Dispose();
    }
}
