using Microsoft.Extensions.Logging;

using VfioMigration.Posix;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>
/// Serves one connection with dedicated threads. There is always one thread free to read: a thread that takes a request that may block
/// while no other thread is idle starts one more. How many may be blocked is decided by the file system
/// (<see cref="FuseFileSystem.BeginBlocking"/>); beyond that such requests are refused with EBUSY, so that a driver that hangs in every
/// call still cannot stop lookups, stats and listings.
/// </summary>
public sealed partial class FuseSession : IDisposable
{
    /// <summary>One to work and one to read: with a single thread a notification could deadlock with it.</summary>
    private const int MinThreads = 2;

    /// <summary>Threads beyond this many idle ones end.</summary>
    private const int MaxIdleThreads = 4;

    /// <summary>
    /// How long a handler may take to notice an interruption before its client is answered EINTR without it.
    /// </summary>
    public static readonly TimeSpan InterruptGrace = TimeSpan.FromMilliseconds(100);

    private const int StackSize = 512 * 1024;

    private readonly IFuseConnection connection;
    private readonly FuseFileSystem fileSystem;
    private readonly FuseDispatcher dispatcher;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FuseCall[] calls = [];
    private int threads;
    private int idle;

    public FuseSession(IFuseConnection connection, FuseFileSystem fileSystem, FuseNotifier notifier, TimeProvider clock, ILogger logger)
    {
        this.connection = connection;
        this.fileSystem = fileSystem;
        this.clock = clock;
        this.logger = logger;
        Notifier = notifier;
        dispatcher = new FuseDispatcher(fileSystem, logger);
        turn = fileSystem.IsOrdered ? new FuseReadTurn(AddReader) : null;
    }

    public FuseNotifier Notifier { get; }

    /// <summary>How a worker starts. Throws OutOfMemoryException, as <see cref="Thread.Start()"/> does, when the system gives no thread.</summary>
    internal Action<Thread> Starter { get; init; } = static worker => worker.Start();

    /// <summary>Completes when the kernel closed the connection (unmount or abort).</summary>
    public Task Ended => ended.Task;

    public void Start()
    {
        Notifier.Start();
        turn?.Start();
        for (int i = 0; i < MinThreads; i++)
        {
            StartThread();
        }
    }

    /// <summary>
    /// Closes the connection. Requests under way are answered ECONNABORTED here, whatever their handlers do: the kernel aborts them only for who may force an
    /// unmount, and it does not end the connection while a thread waits in a read of the device.
    /// </summary>
    public void Dispose()
    {
        Notifier.Stop();
        Array.ForEach(calls, Abort);
        turn?.End();
        connection.Dispose();
        End();
    }

    private void StartThread()
    {
        Interlocked.Increment(ref idle);
        Interlocked.Increment(ref threads);
        try
        {
            Starter(new Thread(Work, StackSize) { IsBackground = true, Name = "fuse-worker" });
        }
        catch (OutOfMemoryException)
        {
            Interlocked.Decrement(ref idle);
            Interlocked.Decrement(ref threads);
            throw;
        }
    }

    private void Work()
    {
        using var call = new FuseCall(AnswerInstead);
        AddCall(call);
        int size = (int)fileSystem.WantedMaxWrite + Page.Size;
        using var request = new NativeBuffer(Math.Max(size, FuseProtocol.FUSE_MIN_READ_BUFFER));
        using var reply = new NativeBuffer(size);
        if (turn is null)
        {
            WorkConcurrently(call, request, reply);
        }
        else
        {
            WorkOrdered(call, request, reply);
            Interlocked.Decrement(ref threads);
        }

        RemoveCall(call);
    }

    private void WorkConcurrently(FuseCall call, NativeBuffer request, NativeBuffer reply)
    {
        while (Receive(request.Span, out int length))
        {
            Serve(call, request.Span[..length], reply.Span);
            if (Interlocked.Increment(ref idle) > MaxIdleThreads && TryRetire())
            {
                break;
            }
        }
    }

    /// <summary>False when the connection has ended. A thread that leaves here was counted idle.</summary>
    private bool Receive(Span<byte> buffer, out int length)
    {
        while (true)
        {
            Result<int> received = connection.Receive(buffer);
            length = received.IsOk ? received.Value : 0;
            switch (received.Error)
            {
                case Errno.None when length > 0:
                    return true;
                case Errno.None:
                    LogNotFuse(logger);
                    break;
                case Errno.EINTR or Errno.EAGAIN or Errno.ENOENT:
                    continue;
                case Errno.ENODEV or Errno.ECONNABORTED or Errno.EBADF:
                    break;
                default:
                    LogReceive(logger, received.Error);
                    break;
            }

            End();
            return false;
        }
    }

    private void Serve(FuseCall call, ReadOnlySpan<byte> message, Span<byte> reply)
    {
        int left = Interlocked.Decrement(ref idle);
        if (!FuseRequest.TryParse(message, out FuseRequest request))
        {
            _ = dispatcher.Dispatch(call, message, reply);
            return;
        }

        ulong unique = request.Header.Unique;
        if (request.Header.Opcode == FuseOpcode.FUSE_INTERRUPT)
        {
            _ = left > 0 || TryAddThread();
            Interrupt(request);
            return;
        }

        bool mayBlock = dispatcher.MayBlock(request.Header.Opcode);
        if (mayBlock && !TryAdmit(call, request, left))
        {
            Send(reply[..new FuseReply(unique, reply).Error(Errno.EBUSY)], unique);
            return;
        }

        Handle(call, request, message, reply, mayBlock);
    }

    /// <summary>The request itself, from its admission to its answer.</summary>
    private void Handle(FuseCall call, FuseRequest request, ReadOnlySpan<byte> message, Span<byte> reply, bool mayBlock)
    {
        ulong unique = request.Header.Unique;
        call.CallerPid = (int)request.Header.Pid;
        call.CallerUid = request.Header.Uid;
        call.Begin(unique);
        int length = dispatcher.Dispatch(call, message, reply);
        if (mayBlock)
        {
            fileSystem.EndBlocking(call);
        }

        if (length > 0)
        {
            if (call.TryClaimReply(unique))
            {
                Send(reply[..length], unique);
            }
            else
            {
                LogLate(logger, request.Header.Opcode, unique);
            }
        }

        call.End();
    }

    /// <summary>False, with a line in the log, when a request that may block has to be refused. Starts the thread that reads meanwhile.</summary>
    private bool TryAdmit(FuseCall call, FuseRequest request, int left)
    {
        FuseAdmission admission = fileSystem.BeginBlocking(call, request.Header.NodeId, out string? refusal);
        if (admission != FuseAdmission.Refused)
        {
            if (left > 0 || TryAddThread() || admission == FuseAdmission.AdmittedAlways)
            {
                return true;
            }

            fileSystem.EndBlocking(call);
            refusal = "no thread could be created";
        }

        if (refusal is not null)
        {
            LogBusy(logger, request.Header.Opcode, request.Header.Unique, refusal);
        }

        return false;
    }

    private bool TryAddThread()
    {
        try
        {
            StartThread();
            return true;
        }
        catch (OutOfMemoryException)
        {
            // No thread could be created; the request is refused like one above the limit.
            return false;
        }
    }

    private bool TryRetire()
    {
        lock (gate)
        {
            if (idle <= MaxIdleThreads || threads <= MinThreads)
            {
                return false;
            }

            Interlocked.Decrement(ref idle);
            Interlocked.Decrement(ref threads);
            return true;
        }
    }

    private void AddCall(FuseCall call)
    {
        lock (gate)
        {
            calls = [.. calls, call];
        }
    }

    private void RemoveCall(FuseCall call)
    {
        lock (gate)
        {
            calls = [.. calls.Where(other => other != call)];
        }
    }

    private void End()
    {
        if (ended.TrySetResult())
        {
            Notifier.Stop();
            fileSystem.Destroyed();
        }
    }
}
