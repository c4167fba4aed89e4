using VfioMigration.Posix;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>Serving in the kernel's order (<see cref="FuseFileSystem.IsOrdered"/>).</summary>
public sealed partial class FuseSession
{
    /// <summary>Threads that wait to read; more of them end.</summary>
    private const int MaxWaiting = 2;

    /// <summary>Requests that may be under way at once, whatever a client does: threads.</summary>
    private const int MaxOrderedThreads = 256;

    private readonly FuseReadTurn? turn;

    private void WorkOrdered(FuseCall call, NativeBuffer request, NativeBuffer reply)
    {
        while (turn!.Take(MaxWaiting))
        {
            bool isReader = true;
            while (isReader)
            {
                if (!Receive(request.Span, out int length))
                {
                    turn.End();
                    return;
                }

                isReader = ServeInTurn(call, request.Span[..length], reply.Span);
            }
        }
    }

    /// <summary>True when this thread still has the turn.</summary>
    private bool ServeInTurn(FuseCall call, ReadOnlySpan<byte> message, Span<byte> reply)
    {
        if (FuseRequest.TryParse(message, out FuseRequest request) && request.Header.Opcode == FuseOpcode.FUSE_INTERRUPT)
        {
            Interrupt(request);
            return true;
        }

        FusePace pace = fileSystem.PaceOf(request);
        switch (pace)
        {
            case FusePace.Quick:
                Handle(call, request, message, reply, mayBlock: false);
                return true;
            case FusePace.CallsItself:
                turn!.PassOn();
                Handle(call, request, message, reply, mayBlock: false);
                return false;
            default:
                long number = turn!.BeginServing(pace == FusePace.MustPrecede);
                Handle(call, request, message, reply, mayBlock: false);
                return turn.TryEndServing(number);
        }
    }

    /// <summary>One more thread to read, unless there are too many: then what is under way has to end first.</summary>
    private void AddReader()
    {
        if (Volatile.Read(ref threads) < MaxOrderedThreads)
        {
            _ = TryAddThread();
        }
    }
}
