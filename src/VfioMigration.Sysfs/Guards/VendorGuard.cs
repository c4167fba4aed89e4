using System.Diagnostics.CodeAnalysis;
using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>
/// The one way into a vendor driver, for everything that is called about one device, type or module. A call is caught, timed, and turned into an errno with a line of
/// the kernel log. A driver that passes a limit has broken its device: the call is abandoned, its late result thrown away, and from then on every call answers EIO without
/// entering the driver. Other devices go on.
/// </summary>
/// <param name="calls">Of the host.</param>
/// <param name="report">Gets a message for the kernel log.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim whose AvailableWaitHandle is not used has nothing to dispose.")]
public sealed class VendorGuard(VendorCalls calls, Action<string> report)
{
    private const int MaxReason = 256;

    private SemaphoreSlim? turn;
    private volatile bool isBroken;

    /// <summary>The module whose code is called, which counts what is abandoned and names errnos; null before one is known.</summary>
    public GuardedDriver? Driver { get; set; }

    /// <summary>The name of an errno, as the driver declared it or as Linux has it.</summary>
    public string NameOf(Errno errno) => Errnos.NameOf(errno);

    /// <summary>The names that the driver declares.</summary>
    public DriverErrnos Errnos => Driver?.Errnos ?? DriverErrnos.None;

    /// <summary>True once a call has passed its limit.</summary>
    public bool IsBroken => isBroken;

    /// <summary>Of the host.</summary>
    public VendorCalls Calls => calls;

    /// <summary>Created on demand: most of what is guarded takes no turns.</summary>
    private SemaphoreSlim Turn
    {
        get
        {
            if (Volatile.Read(ref turn) is null)
            {
                Interlocked.CompareExchange(ref turn, new SemaphoreSlim(1), null);
            }

            return turn!;
        }
    }

    /// <summary>The device broke. Raised once, on a thread of the watchdog, before the waiter of the call is answered.</summary>
    public event Action? Broke;

    /// <summary>
    /// Takes the turn of the device, which arcs, streams, sizes and resets have one after the other. EINTR: interrupted while waiting; EIO: the device is broken. Pairs with
    /// <see cref="LeaveTurn"/> when it succeeds.
    /// </summary>
    public Errno EnterTurn(CancellationToken interrupted)
    {
        try
        {
            Turn.Wait(interrupted);
        }
        catch (OperationCanceledException)
        {
            return Errno.EINTR;
        }

        if (!isBroken)
        {
            return Errno.None;
        }

        Turn.Release();
        return Errno.EIO;
    }

    public void LeaveTurn() => Turn.Release();

    /// <summary>A call that answers with an errno.</summary>
    /// <param name="kind">Its limit.</param>
    /// <param name="state">Passed to <paramref name="body"/>, so that it needs no closure.</param>
    /// <param name="body">Calls the driver and does nothing else: it may still run when this has returned.</param>
    public VendorAnswer Call<TState>(VendorCall kind, TState state, Func<TState, Errno> body)
    {
        (Result<bool> result, bool failed) = MustHandOver(kind)
            ? HandOver(kind, new ErrnoBody<TState>(state, body))
            : Run<ErrnoBody<TState>, bool>(kind, new(state, body));
        return new(result.Error, failed);
    }

    /// <summary>A call that answers with a value or an errno.</summary>
    /// <inheritdoc cref="Call{TState}(VendorCall, TState, Func{TState, Errno})"/>
    public VendorAnswer<T> Call<TState, T>(VendorCall kind, TState state, Func<TState, Result<T>> body) =>
        MustHandOver(kind) ? HandOver(kind, new ResultBody<TState, T>(state, body)) : Run<ResultBody<TState, T>, T>(kind, new(state, body));

    /// <summary>
    /// A call that fills bytes. When it runs on another thread the driver fills a copy, so that a late one cannot touch the caller's bytes. EIO for a driver that returns a count above the size
    /// or a negative one.
    /// </summary>
    /// <inheritdoc cref="Call{TState}(VendorCall, TState, Func{TState, Errno})"/>
    public VendorAnswer<int> Read<TState>(VendorCall kind, TState state, Span<byte> destination, VendorRead<TState> body)
    {
        VendorAnswer<int> answer = MustHandOver(kind)
            ? HandOverRead(kind, state, destination, body)
            : Run<ReadBody<TState>, int>(kind, new(state, destination, body));
        if (answer.Result.TryGet(out int count) && (uint)count > (uint)destination.Length)
        {
            report($"{VendorTimeouts.NameOf(kind)}: driver bug: {count} bytes read, at most {destination.Length} were requested");
            return new(Errno.EIO, answer.Failed);
        }

        return answer;
    }

    /// <summary>A call that takes bytes and answers with an errno; see <see cref="Ask"/>.</summary>
    /// <inheritdoc cref="Call{TState}(VendorCall, TState, Func{TState, Errno})"/>
    public VendorAnswer Write<TState>(VendorCall kind, TState state, ReadOnlySpan<byte> source, VendorStore<TState> body)
    {
        (Result<bool> result, bool failed) = Ask(
            kind, (state, body), source, static (call, source) => call.body(call.state, source) is var error and not Errno.None ? error : (Result<bool>)true);
        return new(result.Error, failed);
    }

    /// <summary>A call that takes bytes and answers with a value. When it runs on another thread the driver gets a copy.</summary>
    /// <inheritdoc cref="Call{TState}(VendorCall, TState, Func{TState, Errno})"/>
    public VendorAnswer<T> Ask<TState, T>(VendorCall kind, TState state, ReadOnlySpan<byte> source, VendorQuestion<TState, T> body) =>
        MustHandOver(kind)
            ? HandOver(kind, new CopyBody<TState, T>(state, source.ToArray(), body))
            : Run<SpanBody<TState, T>, T>(kind, new(state, source, body));

    /// <summary>A line of the kernel log about the device.</summary>
    public void Report(string text) => report(text);

    /// <summary>The watchdog: the call is abandoned, the device is broken.</summary>
    internal void Abandon(in AbandonedCall late)
    {
        bool isFirst = !isBroken;
        isBroken = true;
        Driver?.Add();
        report($"{VendorTimeouts.NameOf(late.Kind)}: the driver did not return within {calls.Timeouts[late.Kind].TotalSeconds:0.###} s; the call is abandoned and the device is broken");
        if (isFirst)
        {
            // The holder of the turn does not return; its waiters get EIO one after the other.
            Turn.Release();
            Broke?.Invoke();
        }

        late.Thread.AnswerWaiting(Errno.ETIMEDOUT);
    }

    /// <summary>A driver whose call was abandoned has returned.</summary>
    internal void DriverReturned() => Driver?.Remove();

    /// <summary>
    /// Probe and remove have steps after them that must be made, so their caller cannot be abandoned; every other caller can if it allows it.
    /// </summary>
    private bool MustHandOver(VendorCall kind) =>
        !isBroken && (kind is VendorCall.Probe or VendorCall.Remove ? !calls.Current.IsWorker : !calls.Current.IsLent);

    private VendorAnswer<T> HandOver<T>(VendorCall kind, IVendorBody<T> body)
    {
        VendorAnswer<T> answer = new(Errno.EIO, true);
        Errno late = calls.RunOnWorker(() => answer = Run<IVendorBody<T>, T>(kind, body));
        return late == Errno.None ? answer : new(late, true);
    }

    private VendorAnswer<int> HandOverRead<TState>(VendorCall kind, TState state, Span<byte> destination, VendorRead<TState> body)
    {
        byte[] copy = destination.ToArray();
        VendorAnswer<int> answer = HandOver(kind, new FillBody<TState>(state, copy, body));
        if (answer.Result.IsOk)
        {
            copy.CopyTo(destination);
        }

        return answer;
    }

    /// <summary>The call itself, on the calling thread.</summary>
    private VendorAnswer<T> Run<TBody, T>(VendorCall kind, TBody body)
        where TBody : IVendorBody<T>, allows ref struct
    {
        VendorThread thread = calls.Current;
        if (isBroken || !thread.TryEnter(this, kind, calls.DeadlineFor(kind), out VendorFrame frame))
        {
            return new(Errno.EIO, true);
        }

        VendorAnswer<T> answer;
        try
        {
            Result<T> result = body.Invoke();
            answer = new(result.IsOk ? result : result.Error.Clamp(), false);
        }
        catch (Exception bug)
        {
            answer = new(Caught(kind, bug), true);
        }

        return thread.Leave(frame) ? answer : new(Errno.EIO, true);
    }

    private Errno Caught(VendorCall kind, Exception bug)
    {
        report($"{VendorTimeouts.NameOf(kind)}: driver bug: {Describe(bug)}");
        return Errno.EIO;
    }

    /// <summary>Type and message of what a driver threw, in one bounded printable line. The message itself may be a driver's bug.</summary>
    public static string Describe(Exception bug)
    {
        string message;
        try
        {
            message = bug.Message ?? "";
        }
        catch (Exception)
        {
            message = "(its Message property threw as well)";
        }

        string bounded = message.Length > MaxReason ? message[..MaxReason] : message;
        return $"{bug.GetType().Name}: {SysfsText.Printable(Encoding.UTF8.GetBytes(bounded))}";
    }
}
