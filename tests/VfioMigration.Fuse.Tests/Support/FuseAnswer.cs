using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests.Support;

/// <summary>One message of the server, taken apart.</summary>
internal sealed class FuseAnswer
{
    private FuseAnswer(FuseOutHeader header, byte[] payload)
    {
        Header = header;
        Payload = payload;
    }

    internal FuseOutHeader Header { get; }

    internal byte[] Payload { get; }

    internal ulong Unique => Header.Unique;

    internal Errno Error => (Errno)(-Header.Error);

    internal string Text => System.Text.Encoding.UTF8.GetString(Payload);

    /// <summary>Fails unless the header's length is the length of the message.</summary>
    internal static FuseAnswer Parse(ReadOnlySpan<byte> message)
    {
        FuseOutHeader header = MemoryMarshal.Read<FuseOutHeader>(message);
        Assert.Equal((uint)message.Length, header.Length);
        return new FuseAnswer(header, message[FuseReply.HeaderSize..].ToArray());
    }

    internal T Read<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Payload);
}
