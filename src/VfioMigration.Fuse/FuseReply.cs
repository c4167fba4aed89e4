using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>
/// Builds one reply in place: the header first, the payload directly behind it, so that a single write(2) sends both.
/// Every method returns the length of the whole message.
/// </summary>
public readonly ref struct FuseReply(ulong unique, Span<byte> buffer)
{
    public static readonly int HeaderSize = Unsafe.SizeOf<FuseOutHeader>();

    private readonly Span<byte> buffer = buffer;

    /// <summary>Where the payload goes.</summary>
    public Span<byte> Payload => buffer[HeaderSize..];

    /// <summary>An answer without payload. Here and in <see cref="Ioctl"/> an errno becomes negative, and nowhere else.</summary>
    public int Error(Errno errno) => Finish(0, errno == Errno.None ? 0 : -(int)errno.Clamp());

    /// <summary>A successful answer of <paramref name="payloadLength"/> bytes already written to <see cref="Payload"/>.</summary>
    public int Bytes(int payloadLength) => Finish(payloadLength, 0);

    /// <summary>The bytes on success, the errno otherwise; a length that cannot be is answered with EIO.</summary>
    public int Bytes(Result<int> payloadLength) =>
        !payloadLength.TryGet(out int length) ? Error(payloadLength.Error)
        : length < 0 || length > buffer.Length - HeaderSize ? Error(Errno.EIO)
        : Bytes(length);

    public int Value<T>(in T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(Payload, in value);
        return Finish(Unsafe.SizeOf<T>(), 0);
    }

    /// <summary>
    /// The answer to an ioctl: the value that the caller gets, or an errno of up to 4095, which the reply to anything else could not carry; the bytes behind the structure were written.
    /// </summary>
    public int Ioctl(Result<int> value, int outputLength)
    {
        var answer = new FuseIoctlOut { Result = value.IsOk ? value.Value : -(int)value.Error };
        MemoryMarshal.Write(Payload, in answer);
        return Finish(Unsafe.SizeOf<FuseIoctlOut>() + (value.IsOk ? outputLength : 0), 0);
    }

    private int Finish(int payloadLength, int error)
    {
        int length = HeaderSize + payloadLength;
        var header = new FuseOutHeader { Length = (uint)length, Error = error, Unique = unique };
        MemoryMarshal.Write(buffer, in header);
        return length;
    }
}
