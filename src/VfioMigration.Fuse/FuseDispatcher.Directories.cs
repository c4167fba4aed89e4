using System.Runtime.CompilerServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseDispatcher
{
    private static IEnumerable<FuseOperation> DirectoryOperations() =>
    [
        Row(FuseOpcode.FUSE_OPENDIR, Unsafe.SizeOf<FuseOpenIn>(), static (d, _, request, reply) =>
        {
            Errno error = d.fileSystem.OpenDirectory(request.Header.NodeId);
            return error == Errno.None ? reply.Value(default(FuseOpenOut)) : reply.Error(error);
        }),
        Row(FuseOpcode.FUSE_READDIR, Unsafe.SizeOf<FuseReadIn>(), static (d, _, request, reply) => d.ReadDirectory(request, reply, plus: false)),
        Row(FuseOpcode.FUSE_READDIRPLUS, Unsafe.SizeOf<FuseReadIn>(), static (d, _, request, reply) => d.ReadDirectory(request, reply, plus: true)),
        Row(FuseOpcode.FUSE_RELEASEDIR, Unsafe.SizeOf<FuseReleaseIn>(), static (_, _, _, reply) => reply.Error(Errno.None)),
    ];

    private int ReadDirectory(FuseRequest request, FuseReply reply, bool plus)
    {
        FuseReadIn read = request.Read<FuseReadIn>();
        Span<byte> payload = reply.Payload;
        var writer = new FuseDirectoryWriter(payload[..(int)Math.Min(read.Size, (uint)payload.Length)], plus);
        Errno error = fileSystem.ReadDirectory(request.Header.NodeId, read.Offset, ref writer);
        return error == Errno.None ? reply.Bytes(writer.Length) : reply.Error(error);
    }

    /// <summary>A lookup result as the kernel may keep it; used by file systems that fill READDIRPLUS entries.</summary>
    public static void SetLifetime(ref FuseEntryOut entry) => entry.EntryValid = entry.AttrValid = Lifetime;
}
