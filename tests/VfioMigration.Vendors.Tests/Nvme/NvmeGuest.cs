using System.Buffers.Binary;

using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Nvme;

/// <summary>A guest's NVMe driver: queues of four entries, submission at 0, completion at 0x1000, data behind.</summary>
internal sealed class NvmeGuest : RegisterGuest
{
    internal const int Length = 4;
    internal const int Completions = 0x1000;
    internal const ulong Doorbell = 0x1000;

    private int tail;

    internal NvmeGuest(bool isBusMaster = true)
        : base("nvme", isBusMaster, [(1, 0), (2, 0), (3, Completions), (4, 0), (5, Length), (0, 1)])
    {
    }

    /// <summary>Submits a command and rings; the completion's slot.</summary>
    internal int Submit(byte opcode, ushort identifier, ulong address, ulong block)
    {
        int slot = tail;
        byte[] command = new byte[64];
        command[0] = opcode;
        BinaryPrimitives.WriteUInt16LittleEndian(command.AsSpan(2), identifier);
        BinaryPrimitives.WriteUInt64LittleEndian(command.AsSpan(24), address);
        BinaryPrimitives.WriteUInt64LittleEndian(command.AsSpan(40), block);
        Memory.Write(slot * 64, command);
        tail = (tail + 1) % Length;
        Write(Doorbell, (uint)tail);
        return slot;
    }

    /// <summary>Submission head, identifier, status without phase, phase.</summary>
    internal (int Head, int Identifier, int Status, int Phase) Completion(int slot)
    {
        ReadOnlySpan<byte> entry = Memory.Content.Slice(Completions + (slot * 16), 16);
        int status = BinaryPrimitives.ReadUInt16LittleEndian(entry[14..]);
        int head = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]);
        return (head, BinaryPrimitives.ReadUInt16LittleEndian(entry[12..]), status >> 1, status & 1);
    }
}
