using System.Buffers.Binary;
using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

/// <summary>The bytes of a stream, field by field.</summary>
public class DeviceStateFormatTests
{
    private readonly FakeMigratableDevice device = new FakeMigratableDevice(smallPages: 2, largePages: 65).Filled(1);

    [Fact]
    public void Header_HasMagicVersionDescriptionPiecesAndChecksum()
    {
        byte[] header = StateStreams.Units(device.SaveStopped())[0];

        Assert.Equal("vfiodev1", Encoding.ASCII.GetString(header, 0, 8));
        Assert.Equal([1, 0, 2, 0, 8, 0, 0, 0, 2, 0, 0, 0], header[8..20]);
        Assert.Equal("fake 1x1", Encoding.ASCII.GetString(header, 24, 8));
        Assert.Equal(2 * 4096, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32)));
        Assert.Equal(65 * 4096, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(40)));
        Assert.Equal(48, header.Length);
        Assert.Equal(ChecksumOf(header, 20), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(20)));
    }

    [Fact]
    public void Records_AreMemoryThenRegistersThenTheEnd()
    {
        byte[][] records = StateStreams.Units(device.SaveStopped())[1..];

        Assert.Equal(
            [(1u, 0u, 0u, 8192u, 0ul), (1u, 1u, 1u, 262144u, 0ul), (1u, 2u, 1u, 4096u, 262144ul), (2u, 3u, 0u, 5u, 0ul), (3u, 4u, 0u, 0u, 0ul)],
            records.Select(Fields));
        Assert.All(records, record =>
        {
            Assert.Equal(ChecksumOf(record, 24), BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(24)));
            Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(28)));
        });
        Assert.Equal(device.Small.Content.ToArray(), records[0][32..]);
        Assert.Equal(device.Large.Content.ToArray(), records[1][32..].Concat(records[2][32..]));
        Assert.Equal(device.Registers, records[3][32..]);
    }

    [Fact]
    public void Record_IsIntactUntilAByteChanges()
    {
        byte[] record = new byte[DeviceStateFormat.RecordHeaderSize + 7];
        Assert.Equal(record.Length, DeviceStateFormat.WriteRecord(record, DeviceStateFormat.StateRecord, number: 3, piece: 0, offset: 0, new byte[7]));
        Assert.True(DeviceStateFormat.IsRecordIntact(record, default));
        for (int i = 0; i < record.Length; i++)
        {
            record[i] ^= 0x10;
            Assert.False(DeviceStateFormat.IsRecordIntact(record, default));
            record[i] ^= 0x10;
        }
    }

    [Fact]
    public void Record_IsCopiedWhileItIsChecked()
    {
        byte[] payload = new byte[4096];
        new Random(1).NextBytes(payload);
        byte[] record = new byte[DeviceStateFormat.RecordHeaderSize + payload.Length];
        DeviceStateFormat.WriteRecord(record, DeviceStateFormat.MemoryRecord, 0, 0, 0, payload);
        byte[] place = new byte[payload.Length];

        Assert.True(DeviceStateFormat.IsRecordIntact(record, place));
        Assert.Equal(payload, place);
    }

    [Fact]
    public void MaxPayload_IsAWordOfPages() => Assert.Equal(64 * Page.Size, DeviceStateFormat.MaxPayload);

    private static (uint Kind, uint Number, uint Piece, uint Length, ulong Offset) Fields(byte[] record) =>
    (
        BinaryPrimitives.ReadUInt32LittleEndian(record),
        BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(4)),
        BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(8)),
        BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(12)),
        BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(16)));

    private static uint ChecksumOf(byte[] bytes, int checksumAt)
    {
        byte[] copy = [.. bytes];
        copy.AsSpan(checksumAt, sizeof(uint)).Clear();
        return Crc32C.Compute(copy);
    }
}
