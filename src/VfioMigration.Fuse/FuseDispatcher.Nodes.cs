using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseDispatcher
{
    private static IEnumerable<FuseOperation> NodeOperations() =>
    [
        Row(FuseOpcode.FUSE_LOOKUP, 2, static (d, _, request, reply) => d.Lookup(request, reply)),
        SilentRow(FuseOpcode.FUSE_FORGET, Unsafe.SizeOf<FuseForgetIn>(), static (d, _, request, _) => d.Forget(request)),
        SilentRow(FuseOpcode.FUSE_BATCH_FORGET, Unsafe.SizeOf<FuseBatchForgetIn>(), static (d, _, request, _) => d.BatchForget(request)),
        Row(FuseOpcode.FUSE_GETATTR, Unsafe.SizeOf<FuseGetattrIn>(), static (d, _, request, reply) => d.GetAttributes(request, reply)),
        Row(FuseOpcode.FUSE_SETATTR, Unsafe.SizeOf<FuseSetattrIn>(), static (d, _, request, reply) => d.SetAttributes(request, reply)),
        Row(FuseOpcode.FUSE_READLINK, 0, static (d, _, request, reply) =>
            reply.Bytes(d.fileSystem.ReadLink(request.Header.NodeId, reply.Payload[..Page.Size]))),
        Row(FuseOpcode.FUSE_UNLINK, 2, static (d, _, request, reply) =>
            reply.Error(FuseRequest.TryReadName(request.Body, out ReadOnlySpan<byte> name) ? d.fileSystem.Unlink(request.Header.NodeId, name) : Errno.EINVAL)),
    ];

    private int Lookup(FuseRequest request, FuseReply reply)
    {
        if (!FuseRequest.TryReadName(request.Body, out ReadOnlySpan<byte> name))
        {
            return reply.Error(Errno.EINVAL);
        }

        var entry = default(FuseEntryOut);
        Errno error = fileSystem.Lookup(request.Header.NodeId, name, ref entry);
        if (error != Errno.None)
        {
            return reply.Error(error);
        }

        entry.EntryValid = entry.AttrValid = LifetimeHere;
        return reply.Value(entry);
    }

    private int Forget(FuseRequest request)
    {
        fileSystem.Forget(request.Header.NodeId, request.Read<FuseForgetIn>().LookupCount);
        return 0;
    }

    /// <summary>A count larger than the entries that were sent is cut to them.</summary>
    private int BatchForget(FuseRequest request)
    {
        uint count = request.Read<FuseBatchForgetIn>().Count;
        ReadOnlySpan<byte> rest = request.After<FuseBatchForgetIn>();
        int whole = rest.Length / Unsafe.SizeOf<FuseForgetOne>();
        for (int i = 0; i < Math.Min(count, (uint)whole); i++)
        {
            FuseForgetOne one = MemoryMarshal.Read<FuseForgetOne>(rest[(i * Unsafe.SizeOf<FuseForgetOne>())..]);
            fileSystem.Forget(one.NodeId, one.LookupCount);
        }

        return 0;
    }

    private int GetAttributes(FuseRequest request, FuseReply reply)
    {
        var answer = new FuseAttrOut { AttrValid = LifetimeHere };
        Errno error = fileSystem.GetAttributes(request.Header.NodeId, ref answer.Attr);
        return error == Errno.None ? reply.Value(answer) : reply.Error(error);
    }

    private int SetAttributes(FuseRequest request, FuseReply reply)
    {
        var answer = new FuseAttrOut { AttrValid = LifetimeHere };
        Errno error = fileSystem.SetAttributes(request.Header.NodeId, request.Read<FuseSetattrIn>(), ref answer.Attr);
        return error == Errno.None ? reply.Value(answer) : reply.Error(error);
    }
}
