using System.Buffers.Binary;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>Structures of the uAPI as bytes.</summary>
internal static class Pack
{
    /// <summary>The fields, each as wide as its type: int, uint, ulong, or bytes.</summary>
    internal static byte[] Of(params IEnumerable<object> fields) => [.. fields.SelectMany(static field => field switch
    {
        int number => BitConverter.GetBytes(number),
        uint number => BitConverter.GetBytes(number),
        ulong number => BitConverter.GetBytes(number),
        byte[] bytes => bytes,
        _ => throw new ArgumentException($"no field of the uAPI: {field.GetType()}", nameof(fields)),
    })];

    internal static byte[] Filled(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    internal static uint UInt(this byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    internal static int Int(this byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    internal static ulong ULong(this byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    internal static string Hex(this byte[] bytes) => Convert.ToHexStringLower(bytes);
}
