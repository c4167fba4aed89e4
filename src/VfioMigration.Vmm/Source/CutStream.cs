namespace VfioMigration.Vmm.Source;

/// <summary>A connection that breaks when a number of bytes was sent, in the middle of a write if need be: a fault on demand.</summary>
public sealed class CutStream(Stream inner, long bytesLeft) : Stream
{
    private long left = bytesLeft;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int passes = (int)Math.Min(left, buffer.Length);
        inner.Write(buffer[..passes]);
        left -= passes;
        if (passes < buffer.Length)
        {
            inner.Flush();
            inner.Dispose();
            throw new IOException("the connection was cut (injected)");
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
