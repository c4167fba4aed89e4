using VfioMigration.Posix;
using VfioMigration.Uapi;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Daemon.Protocol;

/// <summary>Two descriptors, one to read from and one to write to, as a stream.</summary>
internal sealed class DescriptorStream(FileDescriptor input, FileDescriptor output) : ConnectionStream
{
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            Result<int> read = input.Read(buffer);
            if (read.Error != Errno.EINTR)
            {
                return read.TryGet(out int count, out Errno error) ? count : throw new IOException($"read: {error.Text()}");
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            Result<int> written = output.Write(buffer);
            if (written.TryGet(out int count, out Errno error))
            {
                buffer = buffer[count..];
            }
            else if (error != Errno.EINTR)
            {
                throw new IOException($"write: {error.Text()}");
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
            output.Dispose();
        }

        base.Dispose(disposing);
    }
}
