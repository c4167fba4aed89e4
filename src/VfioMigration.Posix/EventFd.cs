using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>An eventfd(2) that ends the waiting of others, permanently.</summary>
public sealed class EventFd : IDisposable
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;

    /// <exception cref="IOException">The process has no descriptor left.</exception>
    public EventFd()
    {
        int fd = LibC.EventFd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        Descriptor = fd >= 0 ? new FileDescriptor(fd) : throw new IOException($"eventfd: {PosixErrno.Last.Text()}");
    }

    internal FileDescriptor Descriptor { get; }

    /// <summary>Every wait on it (<see cref="FileDescriptor.WaitFor"/>) returns, now and later.</summary>
    public void Signal() => _ = Descriptor.Write(BitConverter.GetBytes(1UL));

    public void Dispose() => Descriptor.Dispose();
}
