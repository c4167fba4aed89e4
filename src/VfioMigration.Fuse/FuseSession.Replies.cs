using VfioMigration.Uapi;

namespace VfioMigration.Fuse;

/// <summary>What goes out.</summary>
public sealed partial class FuseSession
{
    /// <summary>
    /// Exactly-once ends here: a reply that the kernel calls malformed leaves its client waiting unkillably, so EIO follows.
    /// </summary>
    private void Send(ReadOnlySpan<byte> reply, ulong unique)
    {
        Errno error = connection.Send(reply);
        if (error == Errno.EINVAL)
        {
            LogMalformedReply(logger, unique, reply.Length);
            Span<byte> fallback = stackalloc byte[FuseReply.HeaderSize];
            _ = connection.Send(fallback[..new FuseReply(unique, fallback).Error(Errno.EIO)]);
        }
        else if (error is not (Errno.None or Errno.ENOENT or Errno.ENODEV or Errno.ENOTCONN or Errno.EBADF))
        {
            LogSend(logger, unique, error);
        }
    }

    /// <summary>On behalf of a handler that was too slow.</summary>
    private void AnswerInstead(ulong unique, Errno error)
    {
        Span<byte> reply = stackalloc byte[FuseReply.HeaderSize];
        Send(reply[..new FuseReply(unique, reply).Error(error)], unique);
    }
}
