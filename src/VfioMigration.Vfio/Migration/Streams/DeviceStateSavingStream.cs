using System.Buffers.Binary;
using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>
/// Saves a device in the format of <see cref="DeviceStateFormat"/>: the header, its memory once, what changed since, and, once the device
/// has stopped, the rest, the registers and the end.
/// </summary>
internal sealed class DeviceStateSavingStream : SavingStream
{
    private readonly IMigratableDevice device;
    private readonly MemoryCursor[] cursors;
    private readonly byte[] header;
    private byte[]? unit;
    private int unitStart;
    private int unitEnd;
    private readonly DeviceMemory[] pieces;
    private uint records;
    private bool headerSent;
    private bool firstPassOver;
    private bool stateSent;
    private bool endSent;
    private Errno failure;

    internal DeviceStateSavingStream(IMigratableDevice device)
    {
        this.device = device;
        pieces = DeviceStateMigration.PiecesOf(device);
        cursors = [.. pieces.Select(memory => new MemoryCursor(memory))];
        header = Header(device, pieces);
    }

    /// <summary>The device has stopped: the end of the stream is the real one.</summary>
    internal bool IsFinal { get; set; }

    public override ulong PendingBytes
    {
        get
        {
            ulong waiting = (ulong)(unitEnd - unitStart);
            if (stateSent)
            {
                return waiting + (endSent ? 0UL : DeviceStateFormat.RecordHeaderSize);
            }

            ulong bytes = waiting + (headerSent ? 0 : (ulong)header.Length) + UnsentBytes + ChangedBytes;
            return bytes + (IsFinal ? 2UL * DeviceStateFormat.RecordHeaderSize : 0);
        }
    }

    /// <summary>
    /// With the headers of the records: exact in the first pass, when no page is missing between others, so initial bytes fall by what is
    /// read; later the least it can be.
    /// </summary>
    private ulong UnsentBytes
    {
        get
        {
            ulong bytes = 0;
            foreach (MemoryCursor cursor in cursors)
            {
                bytes += ((ulong)cursor.Pages * Page.Size)
                    + ((ulong)(cursor.Pages + MemoryCursor.MaxRun - 1) / MemoryCursor.MaxRun * DeviceStateFormat.RecordHeaderSize);
            }

            return bytes;
        }
    }

    private ulong ChangedBytes
    {
        get
        {
            ulong bytes = 0;
            foreach (DeviceMemory memory in pieces)
            {
                bytes += memory.DirtyBytes;
            }

            return bytes;
        }
    }

    public override Result<PrecopyInfo> GetPrecopyInfo()
    {
        ulong rest = (ulong)(unitEnd - unitStart) + UnsentBytes;
        return firstPassOver
            ? new PrecopyInfo(0, rest + ChangedBytes)
            : new PrecopyInfo(rest + (headerSent ? 0 : (ulong)header.Length), ChangedBytes);
    }

    public override Result<int> Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        if (unitStart == unitEnd && destination.Length < DeviceStateFormat.MaxUnit)
        {
            unit ??= new byte[DeviceStateFormat.MaxUnit];
            unitStart = 0;
            unitEnd = Produce(unit);
        }

        if (unitStart < unitEnd)
        {
            int count = Math.Min(unitEnd - unitStart, destination.Length);
            unit.AsSpan(unitStart, count).CopyTo(destination);
            unitStart += count;
            return count;
        }

        int filled = 0;
        while (destination.Length - filled >= DeviceStateFormat.MaxUnit && Produce(destination[filled..]) is > 0 and int produced)
        {
            filled += produced;
        }

        if (filled == 0 && failure != Errno.None)
        {
            return failure;
        }

        return filled > 0 || IsFinal ? filled : Errno.ENOMSG;
    }

    /// <summary>Writes the next header or record; its bytes, 0 when there is none now.</summary>
    private int Produce(Span<byte> destination)
    {
        if (!headerSent)
        {
            headerSent = true;
            header.CopyTo(destination);
            return header.Length;
        }

        // What a user writes to a stopped device after its registers were saved is not part of the state any more.
        if (stateSent)
        {
            return endSent ? 0 : ProduceRest(destination);
        }

        if (ProduceMemory(destination) is > 0 and int memory)
        {
            return memory;
        }

        firstPassOver = true;
        Array.ForEach(cursors, static cursor => cursor.Refill());
        return ProduceMemory(destination) is > 0 and int changed ? changed
            : IsFinal ? ProduceRest(destination)
            : 0;
    }

    private int ProduceMemory(Span<byte> destination)
    {
        for (int piece = 0; piece < cursors.Length; piece++)
        {
            if (cursors[piece].TryTake(out int firstPage, out int pages))
            {
                int offset = firstPage * Page.Size;
                ReadOnlySpan<byte> content = pieces[piece].Content.Slice(offset, pages * Page.Size);
                return DeviceStateFormat.WriteRecord(
                    destination, DeviceStateFormat.MemoryRecord, records++, (uint)piece, (ulong)offset, content);
            }
        }

        return 0;
    }

    private int ProduceRest(Span<byte> destination)
    {
        if (stateSent)
        {
            endSent = true;
            return DeviceStateFormat.WriteRecord(destination, DeviceStateFormat.EndRecord, records++, 0, 0, default);
        }

        var writer = new StateWriter();
        device.SaveState(writer);
        failure = writer.Written.Length > DeviceStateFormat.MaxPayload ? Errno.EFBIG : writer.Error;
        if (failure != Errno.None)
        {
            return 0;
        }

        stateSent = true;
        return DeviceStateFormat.WriteRecord(destination, DeviceStateFormat.StateRecord, records++, 0, 0, writer.Written);
    }

    private static byte[] Header(IMigratableDevice device, DeviceMemory[] pieces)
    {
        byte[] description = Encoding.ASCII.GetBytes(device.StateDescription);
        if (description.Length > DeviceStateFormat.MaxDescription)
        {
            throw new InvalidOperationException($"StateDescription has {description.Length} characters, {DeviceStateFormat.MaxDescription} are allowed");
        }

        byte[] header = new byte[DeviceStateFormat.HeaderSize(description.Length, pieces.Length)];
        DeviceStateFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), device.StateVersion.Major);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), device.StateVersion.Minor);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), (uint)description.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), (uint)pieces.Length);
        description.CopyTo(header, DeviceStateFormat.FixedHeaderSize);
        for (int i = 0; i < pieces.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(
                header.AsSpan(DeviceStateFormat.FixedHeaderSize + description.Length + (i * sizeof(ulong))),
                (ulong)pieces[i].Length);
        }

        DeviceStateFormat.SealHeader(header);
        return header;
    }
}
