using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Source;

/// <summary>A connection that breaks when a number of bytes was sent, in the middle of a write if need be: a fault on demand.</summary>
public sealed class CutStream(Stream inner, long bytesLeft) : ConnectionStream
{
    private long left = bytesLeft;

    public override void Flush() => inner.Flush();

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
