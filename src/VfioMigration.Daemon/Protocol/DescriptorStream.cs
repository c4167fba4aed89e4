using VfioMigration.Posix;
using VfioMigration.Uapi;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Daemon.Protocol;

/// <summary>
/// Two descriptors, one to read from and one to write to, as a stream. Disposing it, from any thread, makes a blocked reader or writer return, however
/// long the other side is silent. The descriptors are other programs' too and stay in blocking mode: each is polled before it is used.
/// </summary>
internal sealed class DescriptorStream(FileDescriptor input, FileDescriptor output) : ConnectionStream
{
    /// <summary>PIPE_BUF: a pipe that polls as writable takes this much without blocking.</summary>
    private const int MaxWrite = 4096;

    private readonly EventFd ended = new();
    private readonly EventFd stopped = new();
    private int disposed;

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (!Wait(input, PollEvents.POLLIN, stopped, "read"))
            {
                return 0;
            }

            Result<int> read = input.Read(buffer);
            if (read.Error is not (Errno.EINTR or Errno.EAGAIN))
            {
                return read.TryGet(out int count, out Errno error) ? count : throw new IOException($"read: {error.Text()}");
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            Wait(output, PollEvents.POLLOUT, ended, "write");
            Result<int> written = output.Write(buffer[..Math.Min(buffer.Length, MaxWrite)]);
            if (written.TryGet(out int count, out Errno error))
            {
                buffer = buffer[count..];
            }
            else if (error is not (Errno.EINTR or Errno.EAGAIN))
            {
                throw new IOException($"write: {error.Text()}");
            }
        }
    }

    public override void StopReading() => stopped.Signal();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref disposed, 1) == 0)
        {
            ended.Signal();
            StopReading();
            input.Dispose();
            output.Dispose();
            ended.Dispose();
            stopped.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>False when it was woken instead, for good: nobody takes the signal back.</summary>
    private bool Wait(FileDescriptor descriptor, PollEvents events, EventFd wake, string what)
    {
        Errno error = descriptor.WaitFor(events, wake);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        return error == Errno.None || (error == Errno.ECANCELED ? false : throw new IOException($"{what}: {error.Text()}"));
    }
}
