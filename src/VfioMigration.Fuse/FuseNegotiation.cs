using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>What INIT settled.</summary>
/// <param name="Minor">The negotiated protocol minor.</param>
/// <param name="Flags">The capabilities in force.</param>
/// <param name="MaxWrite">The largest payload of one WRITE, in bytes.</param>
public sealed record FuseNegotiation(uint Minor, FuseInitFlags Flags, uint MaxWrite)
{
    /// <summary>
    /// What this server accepts of the flags that the kernel offers. READDIRPLUS_AUTO lets the kernel decide per directory; HANDLE_KILLPRIV_V2
    /// spares a GETXATTR of security.capability before every write; PASSTHROUGH lets files that are memory be mapped.
    /// </summary>
    public const FuseInitFlags Wanted =
        FuseInitFlags.FUSE_ASYNC_READ
        | FuseInitFlags.FUSE_ATOMIC_O_TRUNC
        | FuseInitFlags.FUSE_BIG_WRITES
        | FuseInitFlags.FUSE_DO_READDIRPLUS
        | FuseInitFlags.FUSE_READDIRPLUS_AUTO
        | FuseInitFlags.FUSE_PARALLEL_DIROPS
        | FuseInitFlags.FUSE_ABORT_ERROR
        | FuseInitFlags.FUSE_MAX_PAGES
        | FuseInitFlags.FUSE_HANDLE_KILLPRIV_V2
        | FuseInitFlags.FUSE_INIT_EXT
        | FuseInitFlags.FUSE_PASSTHROUGH;

    /// <summary>One store gets at most one page, but bulk files may move more.</summary>
    public const uint WantedMaxWrite = 128 * 1024;

    public static FuseNegotiation Unnegotiated { get; } = new(0, FuseInitFlags.None, WantedMaxWrite);

    /// <summary>The negotiated values for a kernel of protocol minor <paramref name="minor"/> and offers <paramref name="offered"/>.</summary>
    /// <param name="minor">Of the kernel.</param>
    /// <param name="offered">By the kernel.</param>
    /// <param name="alsoWanted">By the file system, besides <see cref="Wanted"/>.</param>
    /// <param name="maxWrite">The largest payload of one WRITE, in bytes.</param>
    public static FuseNegotiation Of(uint minor, FuseInitFlags offered, FuseInitFlags alsoWanted = FuseInitFlags.None, uint maxWrite = WantedMaxWrite) =>
        new(Math.Min(minor, FuseProtocol.FUSE_KERNEL_MINOR_VERSION), offered & (Wanted | alsoWanted), maxWrite);
}
