using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>
/// What one thread does in vendor code: the innermost call, its deadline, and whether the thread can be given up when the deadline passes. The thread itself and the
/// watchdog of <see cref="VendorCalls"/> agree on each call's end by one compare-and-swap, so that a call ends once: with its answer, or abandoned.
/// </summary>
internal sealed class VendorThread
{
    /// <summary>0 outside vendor code, the number of the innermost call inside, its negative once that call is abandoned.</summary>
    private long call;
    private long lastCall;
    private bool isAnswered;
    private VendorGuard? abandoned;
    private Action<Errno>? giveUp;
    private readonly AttributeFrame outermost = new(null);
    private AttributeFrame? attribute;
    private KernfsRoot? root;

    /// <summary>True on a thread of <see cref="VendorWorker"/>.</summary>
    internal bool IsWorker { get; set; }

    /// <summary>True while a call is in the driver, abandoned or not.</summary>
    internal bool IsInside => Volatile.Read(ref call) != 0;

    /// <summary>True when the innermost call was abandoned: what the thread does now has no effect on the tree any more.</summary>
    internal bool IsGivenUp => Volatile.Read(ref call) < 0;

    /// <summary>True while the thread can be abandoned: its waiter is then answered by another thread.</summary>
    internal bool IsLent => giveUp is not null || attribute?.HasCaller == true;

    /// <summary>Of the innermost call, in timestamps of the clock; <see cref="long.MaxValue"/> for none.</summary>
    internal long Deadline { get; private set; } = long.MaxValue;

    private VendorGuard? Guard { get; set; }

    private VendorCall Kind { get; set; }

    /// <summary>
    /// From here on the thread can be given up: <paramref name="onGivenUp"/> then runs on another thread, once, and after it the action of the enclosing scope, which is
    /// the result, for <see cref="TakeBack"/>.
    /// </summary>
    internal Action<Errno>? AllowAbandonment(Action<Errno> onGivenUp)
    {
        Action<Errno>? before = giveUp;
        giveUp = onGivenUp + before;
        return before;
    }

    internal void TakeBack(Action<Errno>? before) => giveUp = before;

    /// <summary>A show or store begins, with an active reference of its file. Pairs with <see cref="LeaveAttribute"/>.</summary>
    internal void EnterAttribute(AttributeCaller? waiting, KernfsFile opened, KernfsRoot owner)
    {
        root = owner;
        AttributeFrame frame = attribute is null ? outermost : new AttributeFrame(attribute);
        frame.Begin(this, opened, waiting);
        Volatile.Write(ref attribute, frame);
    }

    /// <summary>The innermost show or store has ended; its file is free unless that was done before.</summary>
    internal void LeaveAttribute()
    {
        AttributeFrame frame = attribute!;
        Volatile.Write(ref attribute, frame.Outer);
        frame.End(root!);
    }

    /// <summary>Gives the active references of all shows and stores under way back, each once, on whichever thread comes first.</summary>
    internal void ReleaseFiles()
    {
        for (AttributeFrame? frame = Volatile.Read(ref attribute); frame is not null; frame = frame.Outer)
        {
            frame.ReleaseFile(root!);
        }
    }

    /// <summary>
    /// Enters a call. The previous call is restored by <see cref="Leave"/>; a call inside another ends no later than that one. False when this thread was given up
    /// meanwhile: it must not enter the driver again.
    /// </summary>
    internal bool TryEnter(VendorGuard guard, VendorCall kind, long deadline, out VendorFrame frame)
    {
        frame = new VendorFrame(++lastCall, Volatile.Read(ref call), Guard, Kind, Deadline);
        if (frame.OuterCall < 0)
        {
            return false;
        }

        Guard = guard;
        Kind = kind;
        Deadline = Math.Min(deadline, frame.OuterDeadline);
        if (Interlocked.CompareExchange(ref call, frame.Call, frame.OuterCall) == frame.OuterCall)
        {
            return true;
        }

        Restore(frame);
        return false;
    }

    /// <summary>
    /// Leaves the call. False when it, or the one around it, was abandoned: its answer is discarded. The thread then continues only after its waiter was
    /// answered, so that the answer cannot meet the thread's next request.
    /// </summary>
    internal bool Leave(in VendorFrame frame)
    {
        // The watchdog reads whose call it abandons after it has: that stays until the call has ended for one of the two.
        if (Interlocked.CompareExchange(ref call, frame.OuterCall, frame.Call) == frame.Call)
        {
            Restore(frame);
            return true;
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref isAnswered));
        Restore(frame);
        if (frame.OuterCall == 0)
        {
            abandoned!.DriverReturned();
            abandoned = null;
            isAnswered = false;
            Volatile.Write(ref call, 0);
        }

        return false;
    }

    /// <summary>The watchdog: abandons the innermost call if its deadline has passed. Null when there is nothing to do.</summary>
    internal AbandonedCall? TryAbandon(long now)
    {
        long running = Volatile.Read(ref call);
        if (running <= 0 || Deadline > now || Interlocked.CompareExchange(ref call, -running, running) != running)
        {
            return null;
        }

        abandoned = Guard;
        return new AbandonedCall(Guard!, Kind, this);
    }

    /// <summary>Answers the waiter of this thread. Once, after <see cref="TryAbandon"/>.</summary>
    internal void AnswerWaiting(Errno error)
    {
        ReleaseFiles();
        giveUp?.Invoke(error);
        for (AttributeFrame? frame = Volatile.Read(ref attribute); frame is not null; frame = frame.Outer)
        {
            frame.Answer(error);
        }

        Volatile.Write(ref isAnswered, true);
    }

    private void Restore(in VendorFrame frame)
    {
        Guard = frame.OuterGuard;
        Kind = frame.OuterKind;
        Deadline = frame.OuterDeadline;
    }
}
