using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// The state of a device as a driver hands it out. One call at a time, never together with an arc of the same device.
/// </summary>
public abstract class SavingStream
{
    private int claimed;

    /// <summary>True when no session has the stream: it serves one at a time. Pairs with <see cref="Release"/>.</summary>
    internal bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;

    internal void Release() => Volatile.Write(ref claimed, 0);

    /// <summary>Bytes known to follow; 0 at the end, also at the temporary one of PRE_COPY.</summary>
    public abstract ulong PendingBytes { get; }

    /// <summary>
    /// The next bytes. 0 at the end; in PRE_COPY the end is temporary and ENOMSG, as the uAPI requires (a driver may return 0 instead, as the kernel's mtty does).
    /// </summary>
    public abstract Result<int> Read(Span<byte> destination);

    /// <summary>ENOTTY for a driver without PRE_COPY.</summary>
    public virtual Result<PrecopyInfo> GetPrecopyInfo() => Errno.ENOTTY;
}
