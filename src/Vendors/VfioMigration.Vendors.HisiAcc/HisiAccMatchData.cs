using System.Buffers.Binary;

using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>
/// What two functions must agree about (the match data of <c>struct acc_vf_data</c>). In the stream it has 32 bytes: magic (8), major (2), minor (2),
/// vendor id (2), device id (2), queue pairs (4), depth of the event queue (4), isolation (4), zero (4).
/// </summary>
internal sealed record HisiAccMatchData(ushort Vendor, ushort Device, SoftwareVersion Software, uint QueuePairs, uint EventQueueDepth, bool IsIsolated)
{
    internal const int Size = 32;

    /// <summary>ACC_DEV_MAGIC_V2.</summary>
    private const ulong Magic = 0xAACC_FEED_DECA_DEDE;

    internal static HisiAccMatchData Of(PciIds ids, HisiAccOptions options) =>
        new(ids.Vendor, ids.Device, options.SoftwareVersion, (uint)options.QueuePairs, (uint)options.EventQueueDepth, options.IsIsolated);

    internal byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)Software.Major);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), (ushort)Software.Minor);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(14), Device);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), QueuePairs);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), EventQueueDepth);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), IsIsolated ? 1u : 0);
        return bytes;
    }

    /// <summary>Null when the bytes are no match data, whatever device they would be of.</summary>
    internal static HisiAccMatchData? Read(ReadOnlySpan<byte> bytes)
    {
        uint isolation = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic || isolation > 1 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != 0
            ? null
            : new HisiAccMatchData(
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]),
                new SoftwareVersion(BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..])),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
                isolation == 1);
    }
}
