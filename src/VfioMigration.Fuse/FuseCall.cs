using VfioMigration.Uapi;

namespace VfioMigration.Fuse;

/// <summary>
/// A request under way. Each worker owns one and uses it again and again, so that a request allocates nothing.
/// Exactly one party may answer a request: the winner of <see cref="TryClaimReply"/>.
/// </summary>
public sealed class FuseCall(Action<ulong, Errno>? answer = null) : IDisposable
{
    private readonly Lock gate = new();
    private CancellationTokenSource interruption = new();
    private bool interrupted;

    /// <summary>The request's unique while it is unanswered, else zero. Uniques are never used twice.</summary>
    private ulong unanswered;

    /// <summary>Cancelled when the caller got a signal. Vendor code that can wait should watch it and return EINTR.</summary>
    public CancellationToken Interrupted => interruption.Token;

    /// <summary>State of the file system between <see cref="FuseFileSystem.BeginBlocking"/> and <see cref="FuseFileSystem.EndBlocking"/>.</summary>
    public object? Place { get; set; }

    /// <summary>What the file system keeps for the caller of this thread's requests; null until it keeps something.</summary>
    public IFuseWaiter? Waiter { get; set; }

    /// <summary>The process that called, as the daemon sees it; 0 when it is in a namespace of its own.</summary>
    public int CallerPid { get; internal set; }

    /// <summary>Its file system user id, in the user namespace of the mount.</summary>
    public uint CallerUid { get; internal set; }

    /// <summary>
    /// Set by the file system in <see cref="FuseFileSystem.BeginBlocking"/>: the caller is not answered before the handler returns, whatever signal it
    /// gets. The handler still sees <see cref="Interrupted"/>.
    /// </summary>
    public bool IsUninterruptible { get; set; }

    internal ulong Unanswered => Volatile.Read(ref unanswered);

    internal void Begin(ulong unique)
    {
        lock (gate)
        {
            unanswered = unique;
        }
    }

    /// <summary>Ends the request for its handler. A token that was cancelled is replaced, so that the next request starts clean.</summary>
    internal void End()
    {
        lock (gate)
        {
            unanswered = 0;
            IsUninterruptible = false;
            if (interrupted)
            {
                interrupted = false;
                interruption = new CancellationTokenSource();
            }
        }
    }

    /// <summary>
    /// Answers the request in its handler's place, from another thread while the handler still runs; does nothing when it was answered already.
    /// </summary>
    public void Answer(Errno error)
    {
        ulong unique = Unanswered;
        if (TryClaimReply(unique))
        {
            answer?.Invoke(unique, error);
        }
    }

    /// <summary>
    /// As <see cref="TryClaimReply"/>, for a request whose caller has exited. What the file system keeps for it is released before the handler can begin another request.
    /// </summary>
    internal bool TryAbandon(ulong unique)
    {
        lock (gate)
        {
            bool isMine = TryClaimReply(unique);
            if (isMine)
            {
                Waiter?.CallerLeft();
            }

            return isMine;
        }
    }

    public void Dispose() => interruption.Dispose();

    /// <summary>True for exactly one caller per request.</summary>
    internal bool TryClaimReply(ulong unique) =>
        unique != 0 && Interlocked.CompareExchange(ref unanswered, 0, unique) == unique;

    /// <summary>Cancels the token if that request is still unanswered. Callbacks of the token run on this thread, outside the lock.</summary>
    internal bool TryInterrupt(ulong unique)
    {
        CancellationTokenSource source;
        lock (gate)
        {
            if (unique == 0 || unanswered != unique)
            {
                return false;
            }

            interrupted = true;
            source = interruption;
        }

        source.Cancel();
        return true;
    }
}
