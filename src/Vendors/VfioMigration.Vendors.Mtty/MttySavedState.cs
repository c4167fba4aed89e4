using System.Buffers.Binary;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// The stream of the kernel's sample: magic (8 bytes), major (4), minor (4), ports (4), flags (4), then 36 bytes per port.
/// </summary>
internal static class MttySavedState
{
    internal const int HeaderSize = 24;

    private const ulong Magic = 0x7E9D09898C3E2C4E;
    private const uint Major = 1;
    private const uint Minor = 0;

    /// <summary>60 bytes for one port, 96 for two.</summary>
    internal static int SizeFor(int ports) => HeaderSize + (ports * SerialPort.StateSize);

    internal static void WriteHeader(Span<byte> destination, int ports)
    {
        destination[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Major);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], Minor);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], (uint)ports);
    }

    /// <summary>Null, or why the header is not one for a card with that many ports.</summary>
    internal static string? FindProblem(ReadOnlySpan<byte> header, int ports)
    {
        uint major = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        uint minor = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        uint found = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        return BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic ? "not the state of an mtty device (magic)"
            : major != Major || minor > Minor ? $"version {major}.{minor} cannot be loaded by version {Major}.{Minor}"
            : found != ports ? $"the state has {found} ports, this device {ports}"
            : BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) != 0 ? "unknown flags"
            : null;
    }
}
