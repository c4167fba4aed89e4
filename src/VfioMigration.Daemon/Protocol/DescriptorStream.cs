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
    private int disposed;

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            Wait(input, PollEvents.POLLIN, "read");
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
            Wait(output, PollEvents.POLLOUT, "write");
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

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref disposed, 1) == 0)
        {
            ended.Signal();
            input.Dispose();
            output.Dispose();
            ended.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Wait(FileDescriptor descriptor, PollEvents events, string what)
    {
        Errno error = descriptor.WaitFor(events, ended);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        if (error != Errno.None)
        {
            throw new IOException($"{what}: {error.Text()}");
        }
    }
}
