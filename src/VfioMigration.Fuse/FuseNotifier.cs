using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Microsoft.Extensions.Logging;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>
/// Sends notifications in order, from a thread of its own. It must be its own: the kernel takes the parent's inode lock for
/// INVAL_ENTRY, and a client that waits for a LOOKUP answer holds that lock, so a worker that notified inline could wait for itself.
/// </summary>
public sealed partial class FuseNotifier
{
    private readonly IFuseConnection connection;
    private readonly ILogger logger;
    private readonly Queue<FuseNotification> queue = new();
    private readonly byte[] message = new byte[512];
    private long queued;
    private long sent;
    private bool stopping;

    public FuseNotifier(IFuseConnection connection, ILogger logger)
    {
        this.connection = connection;
        this.logger = logger;
    }

    /// <summary>Everything queued up to now; pass it to <see cref="WaitUntilSent"/>.</summary>
    public long Queued => Volatile.Read(ref queued);

    public void Start() => new Thread(Run, 256 * 1024) { IsBackground = true, Name = "fuse-notify" }.Start();

    public void Enqueue(in FuseNotification notification)
    {
        lock (queue)
        {
            if (!stopping)
            {
                queue.Enqueue(notification);
                queued++;
                Monitor.PulseAll(queue);
            }
        }
    }

    /// <summary>
    /// Blocks until the first <paramref name="count"/> notifications reached the kernel or the notifier stopped. Costs one read when
    /// there is nothing to wait for.
    /// </summary>
    public void WaitUntilSent(long count)
    {
        if (Volatile.Read(ref sent) >= count)
        {
            return;
        }

        lock (queue)
        {
            while (sent < count && !stopping)
            {
                Monitor.Wait(queue);
            }
        }
    }

    public void Stop()
    {
        lock (queue)
        {
            stopping = true;
            queue.Clear();
            Monitor.PulseAll(queue);
        }
    }

    private void Run()
    {
        while (TryDequeue(out FuseNotification next))
        {
            Errno error = connection.Send(message.AsSpan(0, Encode(next)));

            // ENOENT: the kernel keeps nothing under that name or node. ENOTCONN, ENODEV: unmounted.
            if (error is not (Errno.None or Errno.ENOENT or Errno.ENOTCONN or Errno.ENODEV))
            {
                LogRefused(logger, next.Code, next.Target, error);
            }

            lock (queue)
            {
                sent++;
                Monitor.PulseAll(queue);
            }
        }
    }

    private bool TryDequeue(out FuseNotification next)
    {
        lock (queue)
        {
            while (queue.Count == 0 && !stopping)
            {
                Monitor.Wait(queue);
            }

            return queue.TryDequeue(out next) && !stopping;
        }
    }

    private int Encode(in FuseNotification notification)
    {
        Span<byte> body = message.AsSpan(FuseReply.HeaderSize);
        int length = notification.Code switch
        {
            FuseNotifyCode.FUSE_NOTIFY_POLL => Put(body, new FuseNotifyPollWakeupOut { KernelHandle = notification.Target }),
            FuseNotifyCode.FUSE_NOTIFY_INVAL_INODE => Put(body, new FuseNotifyInvalInodeOut { Ino = notification.Target, Offset = -1 }),
            _ => PutEntry(body, notification),
        };
        var header = new FuseOutHeader { Length = (uint)(FuseReply.HeaderSize + length), Error = (int)notification.Code };
        MemoryMarshal.Write(message, in header);
        return FuseReply.HeaderSize + length;
    }

    private static int PutEntry(Span<byte> body, in FuseNotification notification)
    {
        ReadOnlySpan<byte> name = notification.Name.Span;
        int length = Put(body, new FuseNotifyInvalEntryOut
        {
            Parent = notification.Target,
            NameLength = (uint)name.Length,
            Flags = FuseProtocol.FUSE_EXPIRE_ONLY,
        });
        name.CopyTo(body[length..]);
        body[length + name.Length] = 0;
        return length + name.Length + 1;
    }

    private static int Put<T>(Span<byte> body, in T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(body, in value);
        return Unsafe.SizeOf<T>();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the kernel refused {Code} for {Target}: {Error}")]
    private static partial void LogRefused(ILogger logger, FuseNotifyCode code, ulong target, Errno error);
}
