using VfioMigration.Fuse;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount;

/// <summary>
/// A tree as a FUSE file system: node ids are inode numbers, and what changes in the tree is forwarded as invalidations, so that the
/// kernel may keep names and attributes for ever. One object per mount; many mounts may show one tree.
/// </summary>
public sealed partial class SysfsFileSystem : FuseFileSystem, IKernfsObserver
{
    private const FuseOpenFlags FileFlags =
        FuseOpenFlags.FOPEN_DIRECT_IO | FuseOpenFlags.FOPEN_NOFLUSH | FuseOpenFlags.FOPEN_PARALLEL_DIRECT_WRITES;

    private readonly KernfsRoot root;
    private readonly FuseNotifier notifier;
    private readonly Union? union;
    private readonly MountOwner owner;
    private readonly NodeTable nodes = new();
    private readonly OpenFileTable files = new();
    private readonly BackingTable? backings;
    private bool passesThrough;

    /// <param name="root">The tree.</param>
    /// <param name="notifier">Sends to the connection that this file system serves.</param>
    /// <param name="union">Entries shown besides the tree's own; null for none.</param>
    /// <param name="owner">Of files that were never given to another.</param>
    /// <param name="connection">Passes open files through to their backing files; null for none.</param>
    public SysfsFileSystem(KernfsRoot root, FuseNotifier notifier, Union? union = null, MountOwner owner = default, IFuseConnection? connection = null)
    {
        this.owner = owner;
        backings = connection is null ? null : new BackingTable(connection);
        this.root = root;
        this.notifier = notifier;
        this.union = union;
        nodes.CountLookup(root.Directory);
        root.Subscribe(this);
    }

    /// <summary>Nodes the kernel knows, the root included.</summary>
    public int KnownNodes => nodes.Count;

    /// <summary>Files the kernel has open.</summary>
    public int OpenFiles => files.OpenCount;

    public override void Initialized(FuseNegotiation negotiation) =>
        passesThrough = (negotiation.Flags & FuseInitFlags.FUSE_PASSTHROUGH) != 0;

    public override void Destroyed()
    {
        root.Unsubscribe(this);
        nodes.Clear();
        files.Clear();
    }

    public override Errno Open(ulong node, OpenFlags flags, ref FuseOpenOut opened)
    {
        if (nodes.Find(node) is not KernfsFile file)
        {
            return Errno.EACCES;
        }

        Errno error = files.Open(root, file, flags, out opened.Handle);
        opened.OpenFlags = file.Attribute is SysfsStreamAttribute ? FileFlags | FuseOpenFlags.FOPEN_STREAM : FileFlags;
        if (error == Errno.None && passesThrough && file.BackingFile is { } backing)
        {
            opened.BackingId = backings?.Take(file, opened.Handle, backing) ?? 0;
            opened.OpenFlags = opened.BackingId > 0 ? FuseOpenFlags.FOPEN_PASSTHROUGH | FuseOpenFlags.FOPEN_NOFLUSH : FileFlags;
        }

        return error;
    }

    /// <summary>The limits are those of the whole host, whichever of its mounts a request comes from.</summary>
    public override FuseAdmission BeginBlocking(FuseCall call, ulong node, out string? refusal)
    {
        refusal = null;
        if (nodes.Find(node) is not KernfsFile file)
        {
            return FuseAdmission.Admitted;
        }

        if (!CallsOf(file).TryEnter(file, out refusal))
        {
            return FuseAdmission.Refused;
        }

        call.Place = file;
        call.IsUninterruptible = file.Attribute.IsUninterruptible;
        return ActiveCalls.IsOwn(file) ? FuseAdmission.AdmittedAlways : FuseAdmission.Admitted;
    }

    public override void EndBlocking(FuseCall call)
    {
        if (call.Place is KernfsFile file)
        {
            call.Place = null;
            CallsOf(file).Leave(file);
        }
    }

    public override Result<int> Read(FuseCall call, ulong handle, long offset, Span<byte> destination) =>
        files.Find(handle)?.Read(offset, destination, FuseAttributeCaller.Of(call, owner)) ?? Errno.EBADF;

    /// <summary>
    /// After the store the kernel has been notified of its changes: when <c>echo 1 &gt; remove</c> returns, the device has disappeared for every
    /// path.
    /// </summary>
    public override Result<int> Write(FuseCall call, ulong handle, long offset, ReadOnlySpan<byte> source)
    {
        Result<int> written = files.Find(handle)?.Write(offset, source, FuseAttributeCaller.Of(call, owner)) ?? Errno.EBADF;
        Settle();
        return written;
    }

    /// <summary>The kernel was notified of every change so far.</summary>
    public void Settle() => notifier.WaitUntilSent(notifier.Queued);

    /// <summary>EINVAL for what has no method for it (vfs_fsync of <c>fs/sync.c</c>), as a stream; success for an attribute.</summary>
    public override Errno Sync(ulong handle) => files.Find(handle) switch
    {
        null => Errno.EBADF,
        { IsStream: true } => Errno.EINVAL,
        _ => Errno.None,
    };

    public override void Release(ulong handle)
    {
        backings?.Release(handle);
        files.Release(handle);
    }

    public override Errno Poll(ulong handle, ulong? kernelHandle, out PollEvents ready)
    {
        ready = PollEvents.None;
        if (files.Find(handle) is not { } file)
        {
            return Errno.EBADF;
        }

        // The handle first: a notification in between causes a spurious wakeup, never a missed one.
        if (kernelHandle is { } wanted)
        {
            files.SetPollHandle(handle, wanted);
        }

        ready = file.Poll();
        return Errno.None;
    }

    void IKernfsObserver.AttributesChanged(KernfsNode node)
    {
        if (nodes.Knows(node.Ino))
        {
            notifier.Enqueue(FuseNotification.InvalidateAttributes(node.Ino));
        }
    }

    /// <summary>A name of the tree replaces one of the union, which the kernel may know.</summary>
    void IKernfsObserver.Added(KernfsNode node)
    {
        if (union is not null && union.Has(node.Parent!.Ino, node.Utf8NameMemory.Span))
        {
            notifier.Enqueue(FuseNotification.ExpireEntry(node.Parent.Ino, node.Utf8NameMemory));
        }
    }

    void IKernfsObserver.Removed(KernfsNode node)
    {
        if (!nodes.Knows(node.Ino))
        {
            return;
        }

        notifier.Enqueue(FuseNotification.ExpireEntry(node.Parent!.Ino, node.Utf8NameMemory));
        if (node is KernfsDirectory)
        {
            notifier.Enqueue(FuseNotification.InvalidateAttributes(node.Ino));
        }
        else if (node is KernfsFile file)
        {
            WakePollers(file);
        }
    }

    void IKernfsObserver.Notified(KernfsFile file) => WakePollers(file);

    private static ActiveCalls CallsOf(KernfsFile file) => file.Parent!.Kobject!.Tree.Calls;

    private void WakePollers(KernfsFile file) =>
        files.ForEachPoller(file, kernelHandle => notifier.Enqueue(FuseNotification.WakePoll(kernelHandle)));
}
