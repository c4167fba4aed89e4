using System.Buffers.Binary;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>
/// Reads what a <see cref="StateWriter"/> wrote. Reading beyond the end gives zeroes and makes the reader invalid, so a driver reads
/// everything first, checks <see cref="IsComplete"/>, and then touches the device.
/// </summary>
public ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> left = bytes;
    private bool isShort;

    /// <summary>True when everything was read and nothing was missing.</summary>
    public readonly bool IsComplete => !isShort && left.IsEmpty;

    /// <summary>What was not read yet.</summary>
    internal readonly ReadOnlySpan<byte> Rest => left;

    public byte ReadByte() => Take(1) is [var value] ? value : (byte)0;

    public ushort ReadUInt16() => Take(sizeof(ushort)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt16LittleEndian(taken) : (ushort)0;

    public uint ReadUInt32() => Take(sizeof(uint)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt32LittleEndian(taken) : 0;

    public ulong ReadUInt64() => Take(sizeof(ulong)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt64LittleEndian(taken) : 0;

    /// <summary>That many bytes, or an empty span: also for a negative count, which a stream may have put into a driver's hands.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)left.Length)
        {
            isShort = true;
            left = default;
            return default;
        }

        ReadOnlySpan<byte> taken = left[..count];
        left = left[count..];
        return taken;
    }
}
