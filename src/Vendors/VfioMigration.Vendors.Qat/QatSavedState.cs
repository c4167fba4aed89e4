using System.Text;

using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vendors.Qat;

/// <summary>Version 1.0, behind the registers: the length (2) and the text of the source's set of algorithms.</summary>
internal static class QatSavedState
{
    internal static void Write(StateWriter writer, AlgorithmSet algorithms)
    {
        writer.Write((ushort)algorithms.Text.Length);
        writer.Write(Encoding.ASCII.GetBytes(algorithms.Text));
    }

    /// <summary>Null when there is no set.</summary>
    internal static AlgorithmSet? Read(ref StateReader reader)
    {
        ReadOnlySpan<byte> text = reader.ReadBytes(reader.ReadUInt16());
        return reader.IsComplete ? AlgorithmSet.Parse(Encoding.Latin1.GetString(text)) : null;
    }
}
