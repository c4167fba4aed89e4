using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

public sealed partial class FuseDispatcher
{
    private static IEnumerable<FuseOperation> SessionOperations() =>
    [
        Row(FuseOpcode.FUSE_INIT, Unsafe.SizeOf<FuseInitIn>(), static (d, _, request, reply) => d.Init(request, reply)),
        Row(FuseOpcode.FUSE_DESTROY, 0, static (_, _, _, reply) => reply.Error(Errno.None)),
        Row(FuseOpcode.FUSE_STATFS, 0, static (_, _, _, reply) => reply.Value(new FuseStatfsOut
        {
            BlockSize = Page.Size,
            FragmentSize = Page.Size,
            NameLength = 255,
        })),
    ];

    /// <summary>
    /// An older major cannot be served (EPROTO). For a newer one the kernel expects our version and retries with it.
    /// </summary>
    private int Init(FuseRequest request, FuseReply reply)
    {
        FuseInitIn init = request.Read<FuseInitIn>();
        if (init.Major < FuseProtocol.FUSE_KERNEL_VERSION)
        {
            return reply.Error(Errno.EPROTO);
        }

        if (init.Major > FuseProtocol.FUSE_KERNEL_VERSION)
        {
            return reply.Value(new FuseInitOut { Major = FuseProtocol.FUSE_KERNEL_VERSION, Minor = FuseProtocol.FUSE_KERNEL_MINOR_VERSION });
        }

        Negotiation = FuseNegotiation.Of(
            init.Minor, OfferedFlags(init, request.After<FuseInitIn>()), fileSystem.WantedFlags, fileSystem.WantedMaxWrite);
        var answer = new FuseInitOut
        {
            Major = FuseProtocol.FUSE_KERNEL_VERSION,
            Minor = Negotiation.Minor,
            MaxReadahead = fileSystem.IsOrdered ? 0 : init.MaxReadahead,
            Flags = (uint)Negotiation.Flags,
            Flags2 = (uint)((ulong)Negotiation.Flags >> 32),
            MaxBackground = fileSystem.IsOrdered ? ushort.MaxValue : (ushort)64,
            CongestionThreshold = fileSystem.IsOrdered ? ushort.MaxValue : (ushort)48,
            MaxWrite = Negotiation.MaxWrite,
            TimeGranularity = 1,
            MaxPages = (ushort)(Negotiation.MaxWrite / Page.Size),
            MaxStackDepth = (Negotiation.Flags & FuseInitFlags.FUSE_PASSTHROUGH) != 0 ? 1U : 0,
        };
        fileSystem.Initialized(Negotiation);
        int length = reply.Value(answer);
        return Negotiation.Minor >= FuseProtocol.FirstMinorWithLongInitReply
            ? length
            : reply.Bytes(FuseProtocol.FUSE_COMPAT_22_INIT_OUT_SIZE);
    }

    /// <summary>The upper half exists when the kernel announced and sent it.</summary>
    private static FuseInitFlags OfferedFlags(FuseInitIn init, ReadOnlySpan<byte> rest)
    {
        ulong flags = init.Flags;
        bool extended = (flags & (ulong)FuseInitFlags.FUSE_INIT_EXT) != 0 && rest.Length >= sizeof(uint);
        return (FuseInitFlags)(extended ? flags | ((ulong)MemoryMarshal.Read<uint>(rest) << 32) : flags);
    }
}
