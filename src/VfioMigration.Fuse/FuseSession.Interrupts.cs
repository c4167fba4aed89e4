using System.Runtime.CompilerServices;

using Microsoft.Extensions.Logging;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseSession
{
    /// <summary>
    /// The client of a request got a signal. Its handler is notified through the token; a handler that ignores it is given a short
    /// grace and then its client is answered EINTR. The thread stays with the handler until that returns.
    /// </summary>
    private void Interrupt(FuseRequest interrupt)
    {
        if (interrupt.Body.Length < Unsafe.SizeOf<FuseInterruptIn>())
        {
            return;
        }

        ulong target = interrupt.Read<FuseInterruptIn>().Unique;
        FuseCall? call = target == 0 ? null : Array.Find(calls, c => c.Unanswered == target);
        if (call is null)
        {
            RequeueInterrupt(interrupt.Header.Unique);
            return;
        }

        // The timer is armed first: a token callback of a vendor may hang, too.
        ITimer? timer = null;
        timer = clock.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                Abandon(call, target);
            },
            null,
            InterruptGrace,
            Timeout.InfiniteTimeSpan);
        try
        {
            call.TryInterrupt(target);
        }
        catch (AggregateException bug)
        {
            LogInterruptCallback(logger, bug, target);
        }
    }

    /// <summary>
    /// The request is not here: either it was answered, then the kernel ignores this, or another thread has read it and not begun yet,
    /// then the kernel sends the interrupt again.
    /// </summary>
    private void RequeueInterrupt(ulong unique)
    {
        Span<byte> reply = stackalloc byte[FuseReply.HeaderSize];
        _ = connection.Send(reply[..new FuseReply(unique, reply).Error(Errno.EAGAIN)]);
    }

    private void Abandon(FuseCall call, ulong unique)
    {
        if (call.Unanswered == unique && call.IsUninterruptible)
        {
            return;
        }

        if (TryAnswerInstead(call, unique, Errno.EINTR))
        {
            LogAbandoned(logger, unique);
        }
    }

    private void Abort(FuseCall call) => TryAnswerInstead(call, call.Unanswered, Errno.ECONNABORTED);

    /// <summary>True when the request was still unanswered; its handler's result is dropped then.</summary>
    private bool TryAnswerInstead(FuseCall call, ulong unique, Errno error)
    {
        bool isMine = call.TryAbandon(unique);
        if (isMine)
        {
            AnswerInstead(unique, error);
        }

        return isMine;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "reading from the FUSE device failed with {Error}; the mount ends")]
    private static partial void LogReceive(ILogger logger, Errno error);

    [LoggerMessage(Level = LogLevel.Error, Message = "the descriptor is at its end, so it is not of /dev/fuse; the mount ends")]
    private static partial void LogNotFuse(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "the kernel refused the {Length}-byte reply to request {Unique}; answered EIO instead")]
    private static partial void LogMalformedReply(ILogger logger, ulong unique, int length);

    [LoggerMessage(Level = LogLevel.Error, Message = "replying to request {Unique} failed with {Error}")]
    private static partial void LogSend(ILogger logger, ulong unique, Errno error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Opcode} request {Unique} refused with EBUSY: {Reason}")]
    private static partial void LogBusy(ILogger logger, FuseOpcode opcode, ulong unique, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Opcode} request {Unique} finished after its caller was interrupted; the result is dropped")]
    private static partial void LogLate(ILogger logger, FuseOpcode opcode, ulong unique);

    [LoggerMessage(Level = LogLevel.Warning, Message = "request {Unique} did not stop when interrupted; its caller was answered EINTR")]
    private static partial void LogAbandoned(ILogger logger, ulong unique);

    [LoggerMessage(Level = LogLevel.Error, Message = "a callback on the interruption of request {Unique} threw")]
    private static partial void LogInterruptCallback(ILogger logger, Exception bug, ulong unique);
}
