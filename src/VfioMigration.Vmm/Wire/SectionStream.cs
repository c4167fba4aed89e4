using System.Buffers.Binary;

using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vmm.Wire;

/// <summary>
/// Sections over a byte stream, in one or both directions. Each direction begins with 16 bytes: <c>vfiomigrate</c>, NUL, version (2), zero
/// (2). A section has a header of 20 bytes: magic <c>VMIG</c> (4), type (2), zero (2), number from 0 (4), length of the payload (4), CRC-32C of
/// header and payload with this field zero (4). Little endian.
/// </summary>
public sealed class SectionStream : IDisposable
{
    public const int HeaderSize = 20;
    public const int PreambleSize = 16;
    public const ushort Version = 1;

    /// <summary>The longest payload.</summary>
    public const int MaxPayload = (1024 * 1024) + 64;

    private const uint Magic = 0x47494D56;
    private const int ChecksumAt = 16;

    private readonly Stream stream;
    private readonly TimeProvider clock;
    private readonly MessageWatchdog watchdog;
    private readonly byte[] received = new byte[HeaderSize + MaxPayload];
    private readonly byte[] sent = new byte[HeaderSize + MaxPayload];
    private int preparedBytes;
    private uint sentSections;
    private uint receivedSections;

    /// <param name="stream">The connection; closed with this.</param>
    /// <param name="clock">Measures <see cref="MigrationLimits.Message"/>; null for the system's.</param>
    public SectionStream(Stream stream, TimeProvider? clock = null)
    {
        this.stream = stream;
        this.clock = clock ?? TimeProvider.System;
        watchdog = new MessageWatchdog(MigrationLimits.Message, this.clock, Abort);
    }

    /// <summary>Bytes sent so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Sections sent so far.</summary>
    public uint SentSections => sentSections;

    /// <summary>Sections received so far.</summary>
    public uint ReceivedSections => receivedSections;

    /// <summary>Where the payload of the next section can be written before <see cref="SendPayload"/>.</summary>
    public Span<byte> Payload => sent.AsSpan(HeaderSize);

    private static ReadOnlySpan<byte> Preamble => "vfiomigrate\0"u8;

    /// <summary>Sends a section. Throws as <see cref="SendPrepared"/>.</summary>
    public void Send(SectionType type, ReadOnlySpan<byte> payload = default)
    {
        Prepare(type, default, payload);
        SendPrepared();
    }

    /// <summary>Sends a section whose payload was written to <see cref="Payload"/>. Throws as <see cref="SendPrepared"/>.</summary>
    public void SendPayload(SectionType type, int length)
    {
        Complete(Begin(type, length), Crc32C.Compute(Payload[..length], HeaderChecksum()));
        SendPrepared();
    }

    /// <summary>
    /// Makes the next section, reading its content once: a copy with its checksum. Nothing is sent, so the content can be held for as long as this takes.
    /// </summary>
    /// <param name="type">Of the section.</param>
    /// <param name="head">The beginning of the payload.</param>
    /// <param name="content">What follows it.</param>
    public void Prepare(SectionType type, ReadOnlySpan<byte> head, ReadOnlySpan<byte> content)
    {
        Span<byte> section = Begin(type, head.Length + content.Length);
        uint crc = Crc32C.Copy(head, Payload, HeaderChecksum());
        Complete(section, Crc32C.Copy(content, Payload[head.Length..], crc));
    }

    /// <summary>
    /// Sends what <see cref="Prepare"/> made. Throws <see cref="StreamProblem"/> when the other side does not take it within <see cref="MigrationLimits.Message"/>.
    /// </summary>
    public void SendPrepared() => Timed(WriteSection);

    /// <summary>Breaks the connection: a sender or receiver blocked at the moment gets an exception. From any thread, more than once too.</summary>
    public void Abort() => stream.Dispose();

    /// <summary>Makes a blocked receiver find the end; what is sent still arrives, where the connection can do that. From any thread.</summary>
    public void StopReceiving()
    {
        if (stream is ConnectionStream connection)
        {
            connection.StopReading();
        }
        else
        {
            Abort();
        }
    }

    private Span<byte> Begin(SectionType type, int length)
    {
        preparedBytes = HeaderSize + length;
        Span<byte> section = sent.AsSpan(0, preparedBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(section, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(section[4..], (uint)type);
        BinaryPrimitives.WriteUInt32LittleEndian(section[8..], sentSections);
        BinaryPrimitives.WriteUInt32LittleEndian(section[12..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(section[ChecksumAt..], 0);
        return section;
    }

    /// <summary>Of the header while the checksum's field is zero.</summary>
    private uint HeaderChecksum() => Crc32C.Compute(sent.AsSpan(0, HeaderSize));

    private static void Complete(Span<byte> section, uint crc) => BinaryPrimitives.WriteUInt32LittleEndian(section[ChecksumAt..], crc);

    private void WriteSection()
    {
        if (sentSections == 0)
        {
            Span<byte> preamble = stackalloc byte[PreambleSize];
            preamble.Clear();
            Preamble.CopyTo(preamble);
            BinaryPrimitives.WriteUInt16LittleEndian(preamble[12..], Version);
            Write(preamble);
        }

        sentSections++;
        Write(sent.AsSpan(0, preparedBytes));
    }

    /// <summary>
    /// The next section; its payload is valid until the next call. Null at a clean end, between two sections. Throws <see cref="StreamProblem"/> for
    /// everything that is not what the other side wrote, before any of it is used, and for a section that is not here within
    /// <see cref="MigrationLimits.Message"/>.
    /// </summary>
    public SectionType? Receive(out ReadOnlySpan<byte> payload)
    {
        watchdog.Begin();
        try
        {
            SectionType? type = ReceiveSection(out payload);
            return watchdog.IsLate ? throw Late(null) : type;
        }
        catch (Exception broken) when (watchdog.IsLate && broken is IOException or ObjectDisposedException)
        {
            throw Late(broken);
        }
        finally
        {
            watchdog.End();
        }
    }

    /// <summary>
    /// Ends a connection whose last word was sent: what the other side still sends is read and discarded for a while, because a connection that is closed with
    /// data to be read is reset, and a reset may overtake the last word (RFC 1122, 4.2.2.13). Reads until the other side closes, at most <see cref="MigrationLimits.Linger"/>.
    /// </summary>
    public void Linger()
    {
        using ITimer limit = clock.CreateTimer(_ => Abort(), null, MigrationLimits.Linger, Timeout.InfiniteTimeSpan);
        try
        {
            while (stream.Read(received) > 0)
            {
                // Nothing of it matters any more.
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Closed or reset by the other side, or late.
        }
    }

    public void Flush() => Timed(stream.Flush);

    public void Dispose()
    {
        watchdog.Dispose();
        stream.Dispose();
    }

    private SectionType? ReceiveSection(out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (receivedSections == 0 && !ReceivePreamble())
        {
            return null;
        }

        Span<byte> header = received.AsSpan(0, HeaderSize);
        if (!TryFill(header))
        {
            return null;
        }

        uint number = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic || BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) != 0 || length > MaxPayload)
        {
            throw new StreamProblem($"section {receivedSections} has an invalid header");
        }

        Span<byte> section = received.AsSpan(0, HeaderSize + (int)length);
        if (!TryFill(section[HeaderSize..]) && length > 0)
        {
            throw Truncated();
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) != Checksum(section))
        {
            throw new StreamProblem($"section {receivedSections} is corrupt (CRC-32C)");
        }

        if (number != receivedSections)
        {
            throw new StreamProblem($"section {number} found where section {receivedSections} was expected");
        }

        receivedSections++;
        payload = section[HeaderSize..];
        return (SectionType)BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
    }

    private static uint Checksum(ReadOnlySpan<byte> section) =>
        Crc32C.Compute(section[HeaderSize..], Crc32C.Compute([0, 0, 0, 0], Crc32C.Compute(section[..ChecksumAt])));

    private bool ReceivePreamble()
    {
        Span<byte> preamble = stackalloc byte[PreambleSize];
        if (!TryFill(preamble))
        {
            return false;
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(preamble[12..]);
        return !preamble.StartsWith(Preamble) || preamble[14..].ContainsAnyExcept((byte)0) ? throw new StreamProblem("not a migration stream (magic)")
            : version != Version ? throw new StreamProblem($"unsupported stream version {version}; supported is {Version}")
            : true;
    }

    private void Timed(Action send)
    {
        watchdog.Begin();
        try
        {
            send();
        }
        catch (Exception broken) when (watchdog.IsLate && broken is IOException or ObjectDisposedException)
        {
            throw Late(broken);
        }
        finally
        {
            watchdog.End();
        }
    }

    private static StreamProblem Late(Exception? cause) =>
        new($"no complete message was transferred within {MigrationLimits.Message.TotalSeconds:0} seconds", cause);

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        SentBytes += bytes.Length;
    }

    /// <summary>False when the stream ended before the first byte.</summary>
    private bool TryFill(Span<byte> destination)
    {
        int filled = 0;
        while (filled < destination.Length)
        {
            int count = stream.Read(destination[filled..]);
            if (count == 0)
            {
                return filled == 0 ? false : throw Truncated();
            }

            filled += count;
        }

        return true;
    }

    private StreamProblem Truncated() => new($"the stream ends in the middle of section {receivedSections}");
}
