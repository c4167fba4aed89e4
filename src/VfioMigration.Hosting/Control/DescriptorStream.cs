using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Hosting.Control;

/// <summary>Two descriptors, one to read from and one to write to, as a stream.</summary>
internal sealed class DescriptorStream(FileDescriptor input, FileDescriptor output) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

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

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

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
