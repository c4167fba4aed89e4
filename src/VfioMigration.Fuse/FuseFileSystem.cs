using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>
/// What a file system answers, by node id and handle. Called from several threads at once. Node 1 is the root. Methods return an
/// errno or fill in the result; they may throw only because of a bug, which the dispatcher answers with EIO.
/// </summary>
public abstract class FuseFileSystem
{
    /// <summary>
    /// Finds a child and counts one lookup of it. ENOENT is answered as an error, never as an empty entry, so that the kernel keeps
    /// no negative entry and a new child is visible at once.
    /// </summary>
    public abstract Errno Lookup(ulong parent, ReadOnlySpan<byte> name, ref FuseEntryOut entry);

    /// <summary>Takes back <paramref name="count"/> lookups.</summary>
    public abstract void Forget(ulong node, ulong count);

    public abstract Errno GetAttributes(ulong node, ref FuseAttr attributes);

    public abstract Errno SetAttributes(ulong node, in FuseSetattrIn request, ref FuseAttr attributes);

    /// <summary>The link text, without a NUL.</summary>
    public abstract Result<int> ReadLink(ulong node, Span<byte> destination);

    /// <summary>unlink(2) of a name; EPERM where nothing can be removed.</summary>
    public virtual Errno Unlink(ulong parent, ReadOnlySpan<byte> name) => Errno.EPERM;

    public abstract Errno Open(ulong node, OpenFlags flags, ref FuseOpenOut opened);

    /// <summary>As the other, for a file system that wants to know who opens.</summary>
    public virtual Errno Open(FuseCall call, ulong node, OpenFlags flags, ref FuseOpenOut opened) => Open(node, flags, ref opened);

    /// <summary>
    /// A read or write of a node, which may block, is about to begin. Pairs with <see cref="EndBlocking"/> unless refused.
    /// </summary>
    /// <param name="call">The request; state of the file system goes to <see cref="FuseCall.Place"/>.</param>
    /// <param name="node">Whose file it is.</param>
    /// <param name="refusal">Of a refusal: a message for the log, or null when it needs no line of its own.</param>
    public virtual FuseAdmission BeginBlocking(FuseCall call, ulong node, out string? refusal)
    {
        refusal = null;
        return FuseAdmission.Admitted;
    }

    /// <summary>The request has left its handler. Called before the reply is sent.</summary>
    public virtual void EndBlocking(FuseCall call)
    {
    }

    /// <summary>Bytes read; fewer than requested means the end of the file.</summary>
    public abstract Result<int> Read(FuseCall call, ulong handle, long offset, Span<byte> destination);

    /// <summary>Bytes taken; may be fewer than given.</summary>
    public abstract Result<int> Write(FuseCall call, ulong handle, long offset, ReadOnlySpan<byte> source);

    /// <summary>fsync(2) and fdatasync(2) of an open file.</summary>
    public virtual Errno Sync(ulong handle) => Errno.None;

    public abstract void Release(ulong handle);

    /// <summary>Succeeds also for a directory that was removed while it was open.</summary>
    public abstract Errno OpenDirectory(ulong node);

    public abstract Errno ReadDirectory(ulong node, ulong offset, ref FuseDirectoryWriter writer);

    /// <param name="handle">Of the open file.</param>
    /// <param name="kernelHandle">To be woken with FUSE_NOTIFY_POLL; null when the caller does not wait.</param>
    /// <param name="ready">The events that hold now.</param>
    public abstract Errno Poll(ulong handle, ulong? kernelHandle, out PollEvents ready);

    /// <summary>The value's length; nothing is copied when <paramref name="value"/> is empty. ERANGE when it does not fit.</summary>
    public abstract Result<int> GetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, Span<byte> value);

    public abstract Errno SetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags);

    /// <summary>NUL-terminated names, in the order in which they were set; sizes as in <see cref="GetExtendedAttribute"/>.</summary>
    public abstract Result<int> ListExtendedAttributes(ulong node, Span<byte> names);

    public abstract Errno RemoveExtendedAttribute(ulong node, ReadOnlySpan<byte> name);

    /// <summary>ioctl(2) that reached the server; what it returns to the caller, not negative.</summary>
    /// <param name="call">The request.</param>
    /// <param name="ioctl">What is asked of which file.</param>
    /// <param name="output">What the kernel copies to the caller, if the number of the request says so.</param>
    public virtual Result<int> Ioctl(FuseCall call, in FuseIoctl ioctl, Span<byte> output) => Errno.ENOTTY;

    /// <summary>
    /// True when requests must be served in the order in which the kernel sent them, as if each was a system call: RELEASE is sent after close(2) has returned, and must have been served before
    /// the next OPEN.
    /// </summary>
    public virtual bool IsOrdered => false;

    /// <summary>Of an ordered file system: how long the requests behind one wait for it.</summary>
    public virtual FusePace PaceOf(FuseRequest request) => FusePace.Quick;

    /// <summary>False when the kernel must ask for names and attributes each time, since nothing tells it of their changes.</summary>
    public virtual bool MayBeRemembered => true;

    /// <summary>The largest payload of one READ or WRITE, in bytes.</summary>
    public virtual uint WantedMaxWrite => FuseNegotiation.WantedMaxWrite;

    /// <summary>What the file system needs besides <see cref="FuseNegotiation.Wanted"/>.</summary>
    public virtual FuseInitFlags WantedFlags => FuseInitFlags.None;

    /// <summary>The connection is ready: INIT was answered.</summary>
    public virtual void Initialized(FuseNegotiation negotiation)
    {
    }

    /// <summary>The connection has ended, and with it every handle and lookup.</summary>
    public virtual void Destroyed()
    {
    }
}
