using System.Buffers.Binary;
using System.Numerics;
using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>
/// Takes a stream of <see cref="DeviceStateFormat"/> apart and keeps it beside the device until <see cref="Finish"/>: a stream that is
/// truncated, reordered, corrupted or of another device never touches it.
/// </summary>
internal sealed class DeviceStateResumingStream : ResumingStream
{
    private readonly IMigratableDevice device;
    private readonly Action<string> report;
    private readonly byte[] unit = new byte[DeviceStateFormat.MaxUnit];
    private readonly DeviceMemory[] pieces;
    private readonly Memory<byte>[] loaded;
    private readonly ulong[][] received;
    private int unitLength;
    private bool hasHeader;
    private ushort minor;
    private uint records;
    private byte[]? state;
    private bool ended;
    private Errno failure;

    internal DeviceStateResumingStream(IMigratableDevice device, Action<string> report)
    {
        this.device = device;
        this.report = report;
        pieces = DeviceStateMigration.PiecesOf(device);
        loaded = new Memory<byte>[pieces.Length];
        received = [.. pieces.Select(memory => new ulong[(memory.Pages + 63) / 64])];
    }

    public override Errno Write(ReadOnlySpan<byte> source)
    {
        while (failure == Errno.None && !source.IsEmpty)
        {
            if (ended)
            {
                return Refuse("trailing bytes after the end record");
            }

            source = Accept(source);
        }

        return failure;
    }

    /// <summary>Loads everything into the device, or returns EINVAL with a report.</summary>
    internal Errno Finish()
    {
        if (failure != Errno.None)
        {
            return failure;
        }

        if (!ended)
        {
            report($"migration: the stream of {device.StateDescription} ends early, in record {records}");
            return Errno.EINVAL;
        }

        for (int piece = 0; piece < loaded.Length; piece++)
        {
            int pages = received[piece].Sum(BitOperations.PopCount);
            if (pages != pieces[piece].Pages)
            {
                return Refuse($"memory {piece} has only {pages} of {pieces[piece].Pages} pages");
            }
        }

        var reader = new StateReader(state);
        if (!device.TryLoadState(ref reader, minor))
        {
            return Refuse("the register state is invalid for this device");
        }

        for (int piece = 0; piece < loaded.Length; piece++)
        {
            pieces[piece].Exchange(loaded[piece]);
        }

        return Errno.None;
    }

    /// <summary>Takes the next header or record, or as much of it as there is; what is left.</summary>
    private ReadOnlySpan<byte> Accept(ReadOnlySpan<byte> source)
    {
        int fixedSize = hasHeader ? DeviceStateFormat.RecordHeaderSize : DeviceStateFormat.FixedHeaderSize;
        if (unitLength == 0 && source.Length >= fixedSize)
        {
            int whole = UnitSize(source);
            if (failure != Errno.None || source.Length >= whole)
            {
                return failure != Errno.None ? default : Handled(source, whole);
            }
        }

        int wanted = unitLength < fixedSize ? fixedSize : UnitSize(unit);
        if (failure != Errno.None)
        {
            return default;
        }

        int taken = Math.Min(wanted - unitLength, source.Length);
        source[..taken].CopyTo(unit.AsSpan(unitLength));
        unitLength += taken;
        if (unitLength >= fixedSize)
        {
            int whole = UnitSize(unit);
            if (failure == Errno.None && unitLength == whole)
            {
                unitLength = 0;
                Handled(unit, whole);
            }
        }

        return source[taken..];
    }

    private ReadOnlySpan<byte> Handled(ReadOnlySpan<byte> source, int size)
    {
        if (hasHeader)
        {
            HandleRecord(source[..size]);
        }
        else
        {
            HandleHeader(source[..size]);
        }

        return source[size..];
    }

    /// <summary>Bytes of the unit that begins here; refuses what no stream of ours contains, before any of it is kept.</summary>
    private int UnitSize(ReadOnlySpan<byte> start)
    {
        if (hasHeader)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(start[12..]);
            return length <= DeviceStateFormat.MaxPayload
                ? DeviceStateFormat.RecordHeaderSize + (int)length
                : Refused($"record {records} has an invalid length of {length} bytes");
        }

        uint description = BinaryPrimitives.ReadUInt32LittleEndian(start[12..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(start[16..]);
        return !start.StartsWith(DeviceStateFormat.Magic) ? Refused("not the saved state of a device (magic)")
            : description > DeviceStateFormat.MaxDescription || count > DeviceStateFormat.MaxPieces ? Refused("the header is corrupt")
            : DeviceStateFormat.HeaderSize((int)description, (int)count);
    }

    private void HandleHeader(ReadOnlySpan<byte> header)
    {
        hasHeader = true;
        int descriptionLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        ushort major = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        minor = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        string description = Encoding.Latin1.GetString(header.Slice(DeviceStateFormat.FixedHeaderSize, descriptionLength));
        if (!DeviceStateFormat.IsHeaderIntact(header))
        {
            Refuse("the header is corrupt (CRC-32C)");
        }
        else if (description != device.StateDescription)
        {
            Refuse($"the stream is for device '{Sysfs.SysfsText.Printable(Encoding.Latin1.GetBytes(description))}', this device is '{device.StateDescription}'");
        }
        else if (major != device.StateVersion.Major || minor > device.StateVersion.Minor)
        {
            Refuse($"version {major}.{minor} cannot be loaded by version {device.StateVersion.Major}.{device.StateVersion.Minor}");
        }
        else if (count != pieces.Length)
        {
            Refuse($"the stream has {count} memory pieces, this device has {pieces.Length}");
        }
        else if (FindLengthMismatch(header, descriptionLength) is { } mismatch)
        {
            Refuse(mismatch);
        }
    }

    private string? FindLengthMismatch(ReadOnlySpan<byte> header, int descriptionLength)
    {
        ReadOnlySpan<byte> lengths = header[(DeviceStateFormat.FixedHeaderSize + descriptionLength)..];
        for (int i = 0; i < loaded.Length; i++)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengths[(i * sizeof(ulong))..]);
            if (length != (ulong)pieces[i].Length)
            {
                return $"memory {i} has {length} bytes in the stream, {pieces[i].Length} in this device";
            }
        }

        return null;
    }

    private void HandleRecord(ReadOnlySpan<byte> record)
    {
        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(record);
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        ReadOnlySpan<byte> payload = record[DeviceStateFormat.RecordHeaderSize..];
        Span<byte> place = kind == DeviceStateFormat.MemoryRecord && number == records && state is null ? PlaceOf(record) : default;
        if (!DeviceStateFormat.IsRecordIntact(record, place))
        {
            Refuse($"record {records} is corrupt (CRC-32C)");
        }
        else if (number != records)
        {
            Refuse($"record {number} found where record {records} was expected");
        }
        else if (kind == DeviceStateFormat.MemoryRecord && state is null)
        {
            HandleMemory(record, place);
        }
        else if (kind == DeviceStateFormat.StateRecord && state is null)
        {
            state = payload.ToArray();
        }
        else if (kind == DeviceStateFormat.EndRecord && state is not null && payload.IsEmpty)
        {
            ended = true;
        }
        else
        {
            Refuse($"record {records} has an unexpected type");
        }

        records++;
    }

    /// <summary>
    /// Where the payload of a memory record belongs, beside the device; empty when it lies outside. The record's checksum was not
    /// looked at: a damaged one may name another place, and then nothing is ever used.
    /// </summary>
    private Span<byte> PlaceOf(ReadOnlySpan<byte> record)
    {
        uint piece = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]);
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(record[16..]);
        int length = record.Length - DeviceStateFormat.RecordHeaderSize;
        if (piece >= loaded.Length
            || offset % Page.Size != 0
            || length % Page.Size != 0
            || offset > (ulong)pieces[(int)piece].Length
            || (ulong)length > (ulong)pieces[(int)piece].Length - offset)
        {
            return default;
        }

        if (loaded[piece].IsEmpty)
        {
            loaded[piece] = pieces[(int)piece].TakeSpare();
        }

        return loaded[piece].Span.Slice((int)offset, length);
    }

    private void HandleMemory(ReadOnlySpan<byte> record, ReadOnlySpan<byte> place)
    {
        if (place.IsEmpty)
        {
            Refuse($"record {records} lies outside the device's memory");
            return;
        }

        uint piece = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]);
        int first = (int)(BinaryPrimitives.ReadUInt64LittleEndian(record[16..]) / Page.Size);
        for (int page = first; page < first + (place.Length / Page.Size); page++)
        {
            received[piece][page / 64] |= 1UL << page;
        }
    }

    private int Refused(string reason)
    {
        Refuse(reason);
        return 0;
    }

    private Errno Refuse(string reason)
    {
        report($"migration: state refused: {reason}");
        return failure = Errno.EINVAL;
    }
}
