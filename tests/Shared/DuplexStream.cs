using VfioMigration.Vmm.Wire;

namespace VfioMigration.Testing;

/// <summary>One end of a connection in memory.</summary>
internal sealed class DuplexStream(MemoryPipe incoming, MemoryPipe outgoing) : ConnectionStream
{
    /// <summary>Two ends of a new connection.</summary>
    internal static (DuplexStream Near, DuplexStream Far) Pair()
    {
        var there = new MemoryPipe();
        var back = new MemoryPipe();
        return (new DuplexStream(back, there), new DuplexStream(there, back));
    }

    public override int Read(Span<byte> buffer) => incoming.Read(buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => outgoing.Write(buffer);

    /// <summary>Closes, and what the other side has not read is gone.</summary>
    internal void Reset() => Close(reset: true);

    protected override void Dispose(bool disposing)
    {
        Close(reset: false);
        base.Dispose(disposing);
    }

    private void Close(bool reset)
    {
        outgoing.CloseWriter(reset);
        incoming.CloseReader();
    }
}
