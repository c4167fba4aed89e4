using System.Buffers.Binary;

using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>A host's end of a connection, with an accident on the way perhaps. A host that is dead gets no further with it.</summary>
internal sealed class TrippingStream(DuplexStream inner, TestHost owner, TestHost other, Trip? trip, SectionType last) : ConnectionStream
{
    private Trip? trip = trip;
    private long written;

    public override int Read(Span<byte> buffer)
    {
        Look();
        try
        {
            return inner.Read(buffer);
        }
        catch (Exception error) when (owner.IsDead && error is IOException or ObjectDisposedException)
        {
            throw new ProcessKilledException();
        }
        finally
        {
            Look();
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Look();
        int passes = Passes(buffer);
        if (passes < 0)
        {
            inner.Write(buffer);
            written += buffer.Length;
            return;
        }

        TripKind kind = trip!.Kind;
        trip = null;
        inner.Write(buffer[..passes]);
        Happen(kind);
        inner.Write(buffer[passes..]);
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private void Look()
    {
        if (owner.IsDead)
        {
            throw new ProcessKilledException();
        }

        owner.Lab.Look();
    }

    /// <summary>The bytes before the accident; negative when it does not happen in this write.</summary>
    private int Passes(ReadOnlySpan<byte> buffer)
    {
        if (trip is null)
        {
            return -1;
        }

        SectionType? type = buffer.Length >= SectionStream.HeaderSize ? (SectionType)BinaryPrimitives.ReadUInt16LittleEndian(buffer[4..]) : null;
        long left = trip.Section is null ? trip.At - written : type == trip.Section ? trip.At : long.MaxValue;
        return left <= buffer.Length ? (int)left
            : type == last ? trip.At % buffer.Length
            : -1;
    }

    private void Happen(TripKind kind)
    {
        owner.Lab.Accidents++;
        switch (kind)
        {
            case TripKind.Cut:
                inner.Dispose();
                throw new IOException("cut");
            case TripKind.Reset:
                inner.Reset();
                throw new IOException("reset");
            case TripKind.Kill:
                owner.Die();
                throw new ProcessKilledException();
            default:
                other.Die();
                break;
        }
    }
}
