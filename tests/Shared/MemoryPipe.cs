namespace VfioMigration.Testing;

/// <summary>One direction of a connection: a bounded buffer with the manners of a socket.</summary>
internal sealed class MemoryPipe
{
    private const int Capacity = 128 * 1024;

    private readonly object gate = new();
    private readonly byte[] ring = new byte[Capacity];
    private int start;
    private int count;
    private bool writerIsGone;
    private bool readerIsGone;
    private bool wasReset;

    /// <summary>0 at the end. Throws when this side closed it, or the other side in anger.</summary>
    internal int Read(Span<byte> destination)
    {
        lock (gate)
        {
            while (count == 0 && !writerIsGone && !readerIsGone)
            {
                Monitor.Wait(gate);
            }

            ObjectDisposedException.ThrowIf(readerIsGone, this);
            if (wasReset)
            {
                throw new IOException("connection reset by peer");
            }

            int taken = Math.Min(Math.Min(count, destination.Length), Capacity - start);
            ring.AsSpan(start, taken).CopyTo(destination);
            start = (start + taken) % Capacity;
            count -= taken;
            Monitor.PulseAll(gate);
            return taken;
        }
    }

    internal void Write(ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(writerIsGone, this);
                if (readerIsGone)
                {
                    throw new IOException("broken pipe");
                }

                if (source.IsEmpty)
                {
                    return;
                }

                int end = (start + count) % Capacity;
                int taken = Math.Min(Math.Min(Capacity - count, source.Length), Capacity - end);
                source[..taken].CopyTo(ring.AsSpan(end));
                source = source[taken..];
                count += taken;
                Monitor.PulseAll(gate);
                if (taken == 0)
                {
                    Monitor.Wait(gate);
                }
            }
        }
    }

    /// <summary>The writer closes. With <paramref name="reset"/> what was not read is gone too.</summary>
    internal void CloseWriter(bool reset)
    {
        lock (gate)
        {
            wasReset |= reset && !writerIsGone;
            writerIsGone = true;
            Monitor.PulseAll(gate);
        }
    }

    internal void CloseReader()
    {
        lock (gate)
        {
            readerIsGone = true;
            Monitor.PulseAll(gate);
        }
    }
}
