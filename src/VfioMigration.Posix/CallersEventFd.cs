using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>An eventfd(2) of another process. Signalling it never blocks and does not allocate.</summary>
public sealed class CallersEventFd : IDisposable
{
    private const string Link = "anon_inode:[eventfd]";

    private CallersEventFd(FileDescriptor descriptor) => Descriptor = descriptor;

    public FileDescriptor Descriptor { get; }

    /// <summary>Takes ownership of a copy of a descriptor; EINVAL, and it is closed, when it is of anything else than an eventfd (eventfd_ctx_fdget).</summary>
    public static Result<CallersEventFd> Of(FileDescriptor descriptor)
    {
        if (new FileInfo($"/proc/self/fd/{descriptor.Number}").LinkTarget == Link)
        {
            return new CallersEventFd(descriptor);
        }

        descriptor.Dispose();
        return Errno.EINVAL;
    }

    /// <summary>Adds to its counter. A counter that would overflow is not waited for: its reader has enough to see.</summary>
    public void Signal(ulong value)
    {
        if ((Descriptor.Poll(PollEvents.POLLOUT, 0) & PollEvents.POLLOUT) != 0)
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            BitConverter.TryWriteBytes(bytes, value);
            _ = Descriptor.Write(bytes);
        }
    }

    public void Dispose() => Descriptor.Dispose();
}
