using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>A received request: its header and the bytes after it. Bounds were checked against the operation table.</summary>
public readonly ref struct FuseRequest
{
    public static readonly int HeaderSize = Unsafe.SizeOf<FuseInHeader>();

    private FuseRequest(FuseInHeader header, ReadOnlySpan<byte> body)
    {
        Header = header;
        Body = body;
    }

    public FuseInHeader Header { get; }

    public ReadOnlySpan<byte> Body { get; }

    /// <summary>False when the bytes cannot hold a header, or the header claims more than was received.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out FuseRequest request)
    {
        request = default;
        if (message.Length < HeaderSize)
        {
            return false;
        }

        FuseInHeader header = MemoryMarshal.Read<FuseInHeader>(message);
        if (header.Length < HeaderSize || header.Length > message.Length)
        {
            return false;
        }

        request = new FuseRequest(header, message[HeaderSize..(int)header.Length]);
        return true;
    }

    /// <summary>The structure at the start of the body.</summary>
    public T Read<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Body);

    /// <summary>The body after the structure <typeparamref name="T"/>.</summary>
    public ReadOnlySpan<byte> After<T>()
        where T : unmanaged => Body[Unsafe.SizeOf<T>()..];

    /// <summary>The bytes before the first NUL; false when there is none or the name is empty.</summary>
    public static bool TryReadName(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> name)
    {
        int end = bytes.IndexOf((byte)0);
        name = end > 0 ? bytes[..end] : default;
        return end > 0;
    }
}
