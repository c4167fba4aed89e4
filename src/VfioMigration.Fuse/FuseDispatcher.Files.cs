using System.Runtime.CompilerServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseDispatcher
{
    private static IEnumerable<FuseOperation> FileOperations() =>
    [
        Row(FuseOpcode.FUSE_OPEN, Unsafe.SizeOf<FuseOpenIn>(), static (d, call, request, reply) => d.Open(call, request, reply)),
        BlockingRow(FuseOpcode.FUSE_READ, Unsafe.SizeOf<FuseReadIn>(), static (d, call, request, reply) => d.Read(call, request, reply)),
        BlockingRow(FuseOpcode.FUSE_WRITE, Unsafe.SizeOf<FuseWriteIn>(), static (d, call, request, reply) => d.Write(call, request, reply)),
        Row(FuseOpcode.FUSE_FSYNC, Unsafe.SizeOf<FuseFsyncIn>(), static (d, _, request, reply) => reply.Error(d.fileSystem.Sync(request.Read<FuseFsyncIn>().Handle))),
        Row(FuseOpcode.FUSE_RELEASE, Unsafe.SizeOf<FuseReleaseIn>(), static (d, _, request, reply) => d.Release(request, reply)),
        Row(FuseOpcode.FUSE_POLL, Unsafe.SizeOf<FusePollIn>(), static (d, _, request, reply) => d.Poll(request, reply)),
        Row(FuseOpcode.FUSE_IOCTL, Unsafe.SizeOf<FuseIoctlIn>(), static (d, call, request, reply) => d.Ioctl(call, request, reply)),
    ];

    private int Open(FuseCall call, FuseRequest request, FuseReply reply)
    {
        var opened = default(FuseOpenOut);
        Errno error = fileSystem.Open(call, request.Header.NodeId, (OpenFlags)request.Read<FuseOpenIn>().Flags, ref opened);
        return error == Errno.None ? reply.Value(opened) : reply.Error(error);
    }

    private int Read(FuseCall call, FuseRequest request, FuseReply reply)
    {
        FuseReadIn read = request.Read<FuseReadIn>();
        if (read.Offset > long.MaxValue)
        {
            return reply.Error(Errno.EINVAL);
        }

        Span<byte> destination = reply.Payload;
        return reply.Bytes(fileSystem.Read(
            call,
            read.Handle,
            (long)read.Offset,
            destination[..(int)Math.Min(read.Size, (uint)destination.Length)]));
    }

    /// <summary>The size in the request may be wrong: only bytes that were received are passed on.</summary>
    private int Write(FuseCall call, FuseRequest request, FuseReply reply)
    {
        FuseWriteIn write = request.Read<FuseWriteIn>();
        ReadOnlySpan<byte> data = request.After<FuseWriteIn>();
        if (write.Size > (uint)data.Length)
        {
            return reply.Error(Errno.EINVAL);
        }

        Result<int> written = fileSystem.Write(call, write.Handle, (long)(write.Offset & long.MaxValue), data[..(int)write.Size]);
        return written.IsOk ? reply.Value(new FuseWriteOut { Size = (uint)written.Value }) : reply.Error(written.Error);
    }

    private int Release(FuseRequest request, FuseReply reply)
    {
        fileSystem.Release(request.Read<FuseReleaseIn>().Handle);
        return reply.Error(Errno.None);
    }

    private int Poll(FuseRequest request, FuseReply reply)
    {
        FusePollIn poll = request.Read<FusePollIn>();
        bool schedule = (poll.Flags & FuseProtocol.FUSE_POLL_SCHEDULE_NOTIFY) != 0;
        Errno error = fileSystem.Poll(poll.Handle, schedule ? poll.KernelHandle : null, out PollEvents ready);
        return error == Errno.None ? reply.Value(new FusePollOut { Events = ready }) : reply.Error(error);
    }

    private int Ioctl(FuseCall call, FuseRequest request, FuseReply reply)
    {
        FuseIoctlIn ioctl = request.Read<FuseIoctlIn>();
        Span<byte> room = reply.Payload[Unsafe.SizeOf<FuseIoctlOut>()..];
        Span<byte> output = room[..(int)Math.Min(ioctl.OutSize, (uint)room.Length)];
        Result<int> value = fileSystem.Ioctl(call, new FuseIoctl(ioctl.Handle, ioctl.Command, ioctl.Argument), output);
        return reply.Ioctl(value, output.Length);
    }
}
