using System.Buffers;
using System.Buffers.Binary;

using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>Writes the registers of a device, little endian, one after the other.</summary>
public sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>Why nothing can be saved; none as long as all is well.</summary>
    public Errno Error { get; private set; }

    /// <summary>Gives up: reading the stream ends with this errno, and may be tried again.</summary>
    public void Fail(Errno error) => Error = error.Clamp();

    public void Write(byte value) => Write([value]);

    public void Write(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.GetSpan(sizeof(ushort)), value);
        buffer.Advance(sizeof(ushort));
    }

    public void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), value);
        buffer.Advance(sizeof(uint));
    }

    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(sizeof(ulong)), value);
        buffer.Advance(sizeof(ulong));
    }

    public void Write(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
}
