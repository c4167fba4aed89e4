using System.Runtime.CompilerServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseDispatcher
{
    private static IEnumerable<FuseOperation> ExtendedAttributeOperations() =>
    [
        Row(FuseOpcode.FUSE_GETXATTR, Unsafe.SizeOf<FuseGetxattrIn>(), static (d, _, request, reply) => d.GetExtendedAttribute(request, reply)),
        Row(FuseOpcode.FUSE_SETXATTR, Unsafe.SizeOf<FuseSetxattrIn>(), static (d, _, request, reply) => d.SetExtendedAttribute(request, reply)),
        Row(FuseOpcode.FUSE_LISTXATTR, Unsafe.SizeOf<FuseGetxattrIn>(), static (d, _, request, reply) => d.ListExtendedAttributes(request, reply)),
        Row(FuseOpcode.FUSE_REMOVEXATTR, 2, static (d, _, request, reply) => d.RemoveExtendedAttribute(request, reply)),
    ];

    private int GetExtendedAttribute(FuseRequest request, FuseReply reply)
    {
        uint size = request.Read<FuseGetxattrIn>().Size;
        if (!FuseRequest.TryReadName(request.After<FuseGetxattrIn>(), out ReadOnlySpan<byte> name))
        {
            return reply.Error(Errno.EINVAL);
        }

        return Sized(reply, size, fileSystem.GetExtendedAttribute(request.Header.NodeId, name, Window(reply, size)));
    }

    private int ListExtendedAttributes(FuseRequest request, FuseReply reply)
    {
        uint size = request.Read<FuseGetxattrIn>().Size;
        return Sized(reply, size, fileSystem.ListExtendedAttributes(request.Header.NodeId, Window(reply, size)));
    }

    private int SetExtendedAttribute(FuseRequest request, FuseReply reply)
    {
        FuseSetxattrIn set = request.Read<FuseSetxattrIn>();
        ReadOnlySpan<byte> rest = request.After<FuseSetxattrIn>();
        if (!FuseRequest.TryReadName(rest, out ReadOnlySpan<byte> name))
        {
            return reply.Error(Errno.EINVAL);
        }

        ReadOnlySpan<byte> value = rest[(name.Length + 1)..];
        return reply.Error(set.Size > (uint)value.Length
            ? Errno.EINVAL
            : fileSystem.SetExtendedAttribute(request.Header.NodeId, name, value[..(int)set.Size], set.Flags));
    }

    private int RemoveExtendedAttribute(FuseRequest request, FuseReply reply) =>
        reply.Error(FuseRequest.TryReadName(request.Body, out ReadOnlySpan<byte> name)
            ? fileSystem.RemoveExtendedAttribute(request.Header.NodeId, name)
            : Errno.EINVAL);

    private static Span<byte> Window(FuseReply reply, uint size)
    {
        Span<byte> payload = reply.Payload;
        return payload[..(int)Math.Min(size, (uint)payload.Length)];
    }

    /// <summary>A caller that gave no room requested only the size.</summary>
    private static int Sized(FuseReply reply, uint size, Result<int> length) =>
        size == 0 && length.IsOk ? reply.Value(new FuseGetxattrOut { Size = (uint)length.Value }) : reply.Bytes(length);
}
