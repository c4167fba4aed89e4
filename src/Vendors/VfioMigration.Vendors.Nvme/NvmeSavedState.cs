using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vendors.Nvme;

/// <summary>Version 1.0: the registers, 4 bytes each, in their order, then the submission tail.</summary>
internal sealed record NvmeSavedState(uint[] Registers, uint SubmissionTail)
{
    internal static void Write(StateWriter writer, NvmeQueue queue)
    {
        foreach (uint value in queue.Registers)
        {
            writer.Write(value);
        }

        writer.Write(queue.SubmissionTail);
    }

    internal static bool TryRead(ref StateReader reader, out NvmeSavedState state)
    {
        uint[] registers = new uint[NvmeRegister.Count];
        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = reader.ReadUInt32();
        }

        state = new NvmeSavedState(registers, reader.ReadUInt32());
        return reader.IsComplete;
    }

    internal bool ApplyTo(NvmeQueue queue)
    {
        Registers.CopyTo(queue.Registers.AsSpan());
        queue.SubmissionTail = SubmissionTail;
        return true;
    }
}
