using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vendors.I40evf;

/// <summary>Version 1.0: the registers, 4 bytes each, in their order.</summary>
internal static class I40evfSavedState
{
    internal static void Write(StateWriter writer, ReadOnlySpan<uint> registers)
    {
        foreach (uint value in registers)
        {
            writer.Write(value);
        }
    }

    internal static bool TryRead(ref StateReader reader, out uint[] registers)
    {
        registers = new uint[I40evfRegister.Count];
        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = reader.ReadUInt32();
        }

        return reader.IsComplete;
    }
}
