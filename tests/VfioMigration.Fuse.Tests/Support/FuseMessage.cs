using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests.Support;

/// <summary>Request bytes as the kernel writes them.</summary>
internal static class FuseMessage
{
    internal const ulong DefaultUnique = 42;

    internal static byte[] Request(FuseOpcode opcode, ReadOnlySpan<byte> body = default, ulong node = 1, ulong unique = DefaultUnique)
    {
        var header = new FuseInHeader
        {
            Length = (uint)(FuseRequest.HeaderSize + body.Length),
            Opcode = opcode,
            Unique = unique,
            NodeId = node,
        };
        return [.. BytesOf(header), .. body];
    }

    internal static byte[] Request<T>(
        FuseOpcode opcode,
        in T structure,
        ReadOnlySpan<byte> rest = default,
        ulong node = 1,
        ulong unique = DefaultUnique)
        where T : unmanaged => Request(opcode, [.. BytesOf(structure), .. rest], node, unique);

    internal static byte[] Lookup(string name, ulong node = 1, ulong unique = DefaultUnique) =>
        Request(FuseOpcode.FUSE_LOOKUP, Name(name), node, unique);

    internal static byte[] Read(ulong handle, ulong offset = 0, uint size = 4096, ulong unique = DefaultUnique, ulong node = 1) =>
        Request(FuseOpcode.FUSE_READ, new FuseReadIn { Handle = handle, Offset = offset, Size = size }, node: node, unique: unique);

    internal static byte[] Write(ulong handle, ReadOnlySpan<byte> data, ulong offset = 0, ulong unique = DefaultUnique, ulong node = 1) =>
        Request(FuseOpcode.FUSE_WRITE, new FuseWriteIn { Handle = handle, Offset = offset, Size = (uint)data.Length }, data, node, unique);

    internal static byte[] Interrupt(ulong target, ulong unique) =>
        Request(FuseOpcode.FUSE_INTERRUPT, new FuseInterruptIn { Unique = target }, unique: unique);

    /// <summary>The name and its NUL.</summary>
    internal static byte[] Name(string name) => [.. System.Text.Encoding.UTF8.GetBytes(name), 0];

    internal static byte[] BytesOf<T>(in T structure)
        where T : unmanaged
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, in structure);
        return bytes;
    }
}
