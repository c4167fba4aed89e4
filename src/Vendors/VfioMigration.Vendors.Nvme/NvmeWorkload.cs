using System.Buffers.Binary;

using VfioMigration.Sdk.Devices;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Vendors.Nvme.NvmeRegister;

namespace VfioMigration.Vendors.Nvme;

/// <summary>Writes random blocks to the store and reads others back, all over guest memory.</summary>
/// <remarks>Memory: submission queue at 0, completion queue behind it, data from the third page on.</remarks>
internal sealed class NvmeWorkload(NvmeDevice device, GuestMemory memory, WorkloadOptions options)
    : RegisterWorkload(device, memory, options, ("the store", () => device.Blocks.Content))
{
    private const int Length = 64;
    private const int Completions = 4096;
    private const int FirstDataPage = 2;
    private const int Block = NvmeQueue.BlockSize;

    private readonly byte[] block = new byte[Block];
    private int tail;
    private int phase = 1;

    protected override IReadOnlyList<(int Register, uint Value)> Setup { get; } =
    [(SubmissionBaseLow, 0), (SubmissionBaseHigh, 0), (CompletionBaseLow, Completions), (CompletionBaseHigh, 0), (QueueLength, Length), (Configuration, 1)];

    protected override Errno DoStep()
    {
        bool writes = (Random.Next() & 1) == 0;
        int page = (FirstDataPage + Random.NextIndex(Memory.Pages - FirstDataPage)) * Block;
        int lba = Random.NextIndex(device.Blocks.Pages);
        if (writes)
        {
            Random.Fill(block);
            Memory.Write(page, block);
            GuestShadow.Write(page, block);
            Shadows[1].Write(lba * Block, block);
        }
        else
        {
            GuestShadow.Write(page, Shadows[1].Expected.Slice(lba * Block, Block));
        }

        int slot = tail;
        ushort identifier = (ushort)Steps;
        WriteCommand(slot, writes ? NvmeQueue.Write : NvmeQueue.Read, identifier, page, lba);
        tail = (tail + 1) % Length;
        Errno error = WriteRegister(SubmissionDoorbell, (uint)tail);
        ExpectCompletion(slot, identifier);
        return error;
    }

    protected override void SaveProgram(StateWriter writer)
    {
        writer.Write((uint)tail);
        writer.Write((uint)phase);
    }

    protected override void LoadProgram(ref StateReader reader)
    {
        tail = (int)(reader.ReadUInt32() % Length);
        phase = (int)(reader.ReadUInt32() & 1);
    }

    private void WriteCommand(int slot, byte opcode, ushort identifier, int page, int lba)
    {
        Span<byte> command = stackalloc byte[NvmeQueue.CommandSize];
        command.Clear();
        command[0] = opcode;
        BinaryPrimitives.WriteUInt16LittleEndian(command[2..], identifier);
        BinaryPrimitives.WriteUInt64LittleEndian(command[24..], (ulong)page);
        BinaryPrimitives.WriteUInt64LittleEndian(command[40..], (ulong)lba);
        Memory.Write(slot * NvmeQueue.CommandSize, command);
        GuestShadow.Write(slot * NvmeQueue.CommandSize, command);
    }

    private void ExpectCompletion(int slot, ushort identifier)
    {
        Span<byte> completion = stackalloc byte[NvmeQueue.CompletionSize];
        completion.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(completion[8..], (ushort)tail);
        BinaryPrimitives.WriteUInt16LittleEndian(completion[12..], identifier);
        BinaryPrimitives.WriteUInt16LittleEndian(completion[14..], (ushort)phase);
        GuestShadow.Write(Completions + (slot * NvmeQueue.CompletionSize), completion);
        phase = slot == Length - 1 ? phase ^ 1 : phase;
    }
}
