using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Regions;

using static VfioMigration.Vendors.Nvme.NvmeRegister;

namespace VfioMigration.Vendors.Nvme;

/// <summary>
/// A submission and a completion queue over a store of 4 KiB blocks. A command has 64 bytes: opcode (0), identifier (2..3), memory address
/// (24..31), first block (40..47). A completion has 16: head (8..9), identifier (12..13), phase and status (14..15).
/// </summary>
/// <param name="registers">Of the device.</param>
/// <param name="dma">The way to the queues and to the data.</param>
/// <param name="interrupt">Raised with every completion.</param>
/// <param name="store">The blocks.</param>
internal sealed class NvmeQueue(uint[] registers, DmaWindow dma, VfioIrq interrupt, DeviceMemory store)
{
    internal const int CommandSize = 64;
    internal const int CompletionSize = 16;
    internal const int BlockSize = 4096;
    internal const byte Write = 1;
    internal const byte Read = 2;

    private const uint PhaseBit = 0x8000_0000;
    private const uint MaxLength = 1024;
    private const ushort InvalidOpcode = 0x0001;
    private const ushort LbaOutOfRange = 0x0080;
    private const ushort DataTransferError = 0x0004;

    private readonly byte[] block = new byte[BlockSize];

    /// <summary>Starts both queues at their beginning, phase 1.</summary>
    internal void Enable()
    {
        registers[SubmissionHead] = 0;
        registers[CompletionTail] = PhaseBit;
        registers[SubmissionTail] = 0;
    }

    /// <summary>Executes what lies between head and tail; at most a queue full.</summary>
    internal void Execute()
    {
        uint length = registers[QueueLength];
        if ((registers[Configuration] & 1) == 0 || length is 0 or > MaxLength || registers[SubmissionTail] >= length)
        {
            return;
        }

        Span<byte> command = stackalloc byte[CommandSize];
        while (registers[SubmissionHead] != registers[SubmissionTail])
        {
            // A command that cannot be read must not complete under the identifier of the one before.
            command.Clear();
            Errno error = dma.Read(Base(SubmissionBaseLow) + (registers[SubmissionHead] * (ulong)CommandSize), command);
            ushort status = error == Errno.None ? Run(command, ref error) : DataTransferError;
            if (error == Errno.EBUSY)
            {
                return;
            }

            registers[SubmissionHead] = (registers[SubmissionHead] + 1) % length;
            Complete(BinaryPrimitives.ReadUInt16LittleEndian(command[2..]), status, length);
        }
    }

    private ushort Run(ReadOnlySpan<byte> command, ref Errno error)
    {
        ulong memory = BinaryPrimitives.ReadUInt64LittleEndian(command[24..]);
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(command[40..]);
        if (command[0] is not (Write or Read))
        {
            return InvalidOpcode;
        }

        if (first >= (ulong)store.Pages)
        {
            return LbaOutOfRange;
        }

        int at = (int)first * BlockSize;
        if (command[0] == Write)
        {
            error = dma.Read(memory, block);
            if (error == Errno.None)
            {
                store.Write(at, block);
            }
        }
        else
        {
            store.Read(at, block);
            error = dma.Write(memory, block);
        }

        return error == Errno.None ? (ushort)0 : DataTransferError;
    }

    private void Complete(ushort identifier, ushort status, uint length)
    {
        uint tail = registers[CompletionTail] & ~PhaseBit;
        uint phase = registers[CompletionTail] >> 31;
        Span<byte> completion = stackalloc byte[CompletionSize];
        completion.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(completion[8..], (ushort)registers[SubmissionHead]);
        BinaryPrimitives.WriteUInt16LittleEndian(completion[12..], identifier);
        BinaryPrimitives.WriteUInt16LittleEndian(completion[14..], (ushort)(((uint)status << 1) | phase));
        dma.Write(Base(CompletionBaseLow) + (tail * (ulong)CompletionSize), completion);
        tail = (tail + 1) % length;
        registers[CompletionTail] = tail | ((tail == 0 ? phase ^ 1 : phase) << 31);
        interrupt.Raise();
    }

    private ulong Base(int low) => registers[low] | ((ulong)registers[low + 1] << 32);
}
