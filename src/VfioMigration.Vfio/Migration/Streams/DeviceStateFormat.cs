using System.Buffers.Binary;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>
/// The saved state of a device. A header: magic (8 bytes), major and minor version (2 + 2), length of the description (4), number of
/// memory pieces (4), CRC-32C of the whole header with this field zero (4), the description, the length of each piece (8 each). Then
/// records, each with a header of 32 bytes: kind (4), number counting from 0 (4), piece (4), length (4), offset in the piece (8), CRC-32C of header
/// and payload with this field zero (4), zero (4). Little endian.
/// </summary>
internal static class DeviceStateFormat
{
    internal const int FixedHeaderSize = 24;
    internal const int RecordHeaderSize = 32;
    internal const int MaxDescription = 255;
    internal const int MaxPieces = 16;

    /// <summary>The longest payload: 64 pages, one word of a bitmap.</summary>
    internal const int MaxPayload = 256 * 1024;

    internal const int MaxUnit = RecordHeaderSize + MaxPayload;

    internal const uint MemoryRecord = 1;
    internal const uint StateRecord = 2;
    internal const uint EndRecord = 3;

    private const int HeaderCrc = 20;
    private const int RecordCrc = 24;

    internal static ReadOnlySpan<byte> Magic => "vfiodev1"u8;

    internal static int HeaderSize(int description, int pieces) => FixedHeaderSize + description + (pieces * sizeof(ulong));

    internal static void SealHeader(Span<byte> header) =>
        BinaryPrimitives.WriteUInt32LittleEndian(header[HeaderCrc..], CrcWithout(header, HeaderCrc));

    internal static bool IsHeaderIntact(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[HeaderCrc..]) == CrcWithout(header, HeaderCrc);

    /// <summary>Writes a record; its bytes.</summary>
    internal static int WriteRecord(Span<byte> destination, uint kind, uint number, uint piece, ulong offset, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = destination[..RecordHeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, kind);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], piece);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], offset);
        uint crc = Crc32C.Copy(payload, destination[RecordHeaderSize..], CrcWithout(header, RecordCrc));
        BinaryPrimitives.WriteUInt32LittleEndian(header[RecordCrc..], crc);
        return RecordHeaderSize + payload.Length;
    }

    /// <summary>
    /// True when the checksum fits. The payload is copied to <paramref name="place"/> on the way, unless that is empty; what is there is
    /// of no use when the answer is false.
    /// </summary>
    internal static bool IsRecordIntact(ReadOnlySpan<byte> record, Span<byte> place)
    {
        uint crc = CrcWithout(record[..RecordHeaderSize], RecordCrc);
        ReadOnlySpan<byte> payload = record[RecordHeaderSize..];
        crc = place.IsEmpty ? Crc32C.Compute(payload, crc) : Crc32C.Copy(payload, place, crc);
        return crc == BinaryPrimitives.ReadUInt32LittleEndian(record[RecordCrc..]);
    }

    /// <summary>The checksum as if the four bytes of the checksum were zero.</summary>
    private static uint CrcWithout(ReadOnlySpan<byte> bytes, int crcAt)
    {
        uint crc = Crc32C.Compute(bytes[..crcAt]);
        crc = Crc32C.Compute([0, 0, 0, 0], crc);
        return Crc32C.Compute(bytes[(crcAt + sizeof(uint))..], crc);
    }
}
