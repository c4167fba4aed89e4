using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;
using VfioMigration.Fuse;
using VfioMigration.Posix;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>
/// <c>/dev/vfio</c> as a FUSE file system. The kernel remembers nothing of it, so nodes come and go with their devices. Requests are served in its order: a close has happened before the next open.
/// </summary>
public sealed partial class DevVfioFileSystem : FuseFileSystem
{
    private const FuseOpenFlags FileFlags = FuseOpenFlags.FOPEN_DIRECT_IO | FuseOpenFlags.FOPEN_NOFLUSH | FuseOpenFlags.FOPEN_PARALLEL_DIRECT_WRITES;

    private readonly DevVfioHost host;
    private readonly VendorCalls calls;
    private readonly DevNodeTable nodes;
    private readonly OpenFiles files = new();
    private readonly ulong mountId = BitConverter.ToUInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <param name="host">What it shows.</param>
    /// <param name="calls">Of the host: requests into drivers are made by the threads of the mount.</param>
    /// <param name="owner">Who owns the nodes, in the user namespace of the mount.</param>
    /// <param name="group">The owner's group.</param>
    public DevVfioFileSystem(DevVfioHost host, VendorCalls calls, uint owner, uint group)
    {
        this.host = host;
        this.calls = calls;
        nodes = new DevNodeTable(host, owner, group);
    }

    internal DevVfioHost Host => host;

    public override bool IsOrdered => true;

    public override bool MayBeRemembered => false;

    /// <summary>One request moves the state of a device by a MiB.</summary>
    public override uint WantedMaxWrite => 1 << 20;

    /// <summary>Files that are open through this mount.</summary>
    public int OpenCount => files.Count;

    /// <summary>Regions, streams and some ioctls may run code of a driver; a close must have happened before anything else.</summary>
    public override FusePace PaceOf(FuseRequest request)
    {
        switch (request.Header.Opcode)
        {
            case FuseOpcode.FUSE_READ or FuseOpcode.FUSE_WRITE:
                return FusePace.MayBlock;
            case FuseOpcode.FUSE_RELEASE:
                return FusePace.MustPrecede;
            case FuseOpcode.FUSE_IOCTL when request.Body.Length >= System.Runtime.CompilerServices.Unsafe.SizeOf<FuseIoctlIn>():
                FuseIoctlIn ioctl = request.Read<FuseIoctlIn>();
                VfioIoctl? row = files.Find(ioctl.Handle) is { } file ? VfioIoctlTable.Find(file.Kind, ioctl.Command) : null;
                return row is null ? FusePace.Quick : row.Reenters ? FusePace.CallsItself : row.MayBlock ? FusePace.MayBlock : FusePace.Quick;
            default:
                return FusePace.Quick;
        }
    }

    public override Errno Open(ulong node, OpenFlags flags, ref FuseOpenOut opened) => Errno.EACCES;

    public override Errno Open(FuseCall call, ulong node, OpenFlags flags, ref FuseOpenOut opened)
    {
        if (nodes.Find(node) is not { } found)
        {
            return Errno.ENXIO;
        }

        DevVfioFile file;
        if (found.TakeWaiting() is { } waiting)
        {
            file = waiting;
        }
        else if (found.Device is null)
        {
            return Errno.ENXIO;
        }
        else if (!host.Open(found.Device, ClientOf(call)).TryGet(out file, out Errno error))
        {
            return error;
        }

        opened.Handle = files.Add(file);
        opened.OpenFlags = file.IsStream ? FileFlags | FuseOpenFlags.FOPEN_STREAM : FileFlags;
        return Errno.None;
    }

    public override Result<int> Read(FuseCall call, ulong handle, long offset, Span<byte> destination)
    {
        if (files.Find(handle) is not { } file)
        {
            return Errno.EBADF;
        }

        ProcessClient client = ClientOf(call);
        using VendorCalls.Loan loan = calls.Lend(client.GivenUp);
        return file.Read(client, (ulong)offset, destination);
    }

    public override Result<int> Write(FuseCall call, ulong handle, long offset, ReadOnlySpan<byte> source)
    {
        if (files.Find(handle) is not { } file)
        {
            return Errno.EBADF;
        }

        ProcessClient client = ClientOf(call);
        using VendorCalls.Loan loan = calls.Lend(client.GivenUp);
        return file.Write(client, (ulong)offset, source);
    }

    /// <summary>A file cannot be given to the caller from here: EOPNOTSUPP, where that is what the request is for, or when it has opened one.</summary>
    public override Result<int> Ioctl(FuseCall call, in FuseIoctl ioctl, Span<byte> output)
    {
        if (files.Find(ioctl.Handle) is not { } file)
        {
            return Errno.EBADF;
        }

        if (ioctl.Command == DescriptorLookup.Request)
        {
            return DescriptorLookup.Answer(mountId, ioctl.Handle, output);
        }

        if (file.Kind == VfioFileKind.Group && VfioIoctlTable.Find(file.Kind, ioctl.Command) is { ReturnsFile: true })
        {
            return Errno.EOPNOTSUPP;
        }

        ProcessClient client = ClientOf(call);
        VfioIoctlAnswer answer;
        using (calls.Lend(client.GivenUp))
        {
            answer = VfioIoctlTable.Invoke(file, ioctl.Command, client, ioctl.Argument);
        }

        answer.File?.Release();
        return answer.File is null ? answer.Result : Errno.EOPNOTSUPP;
    }

    /// <summary>fsync(2): none of these files has it (vfs_fsync).</summary>
    public override Errno Sync(ulong handle) => Errno.EINVAL;

    public override void Release(ulong handle) => files.Remove(handle)?.Release();

    /// <summary>Files without a poll method are always ready; the kernel does not ask again.</summary>
    public override Errno Poll(ulong handle, ulong? kernelHandle, out PollEvents ready)
    {
        ready = PollEvents.None;
        return Errno.ENOSYS;
    }

    /// <summary>The mount has ended: its clients are gone, or can reach nothing any more.</summary>
    public override void Destroyed()
    {
        foreach (DevVfioFile file in files.RemoveAll())
        {
            file.Release();
        }
    }

    /// <summary>
    /// The open file behind a copy of a client's descriptor, which is closed; null when it is of something else. It is found by a request on the copy, which comes back through the mount, so whoever calls this
    /// must not keep the mount from being served.
    /// </summary>
    internal DevVfioFile? FileBehind(FileDescriptor copy)
    {
        using (copy)
        {
            return DescriptorLookup.Ask(copy).TryGet(out (ulong Mount, ulong Handle) found) && found.Mount == mountId ? files.Find(found.Handle) : null;
        }
    }

    /// <summary>What a file of the mount is the node of; null for one that is none.</summary>
    internal DeviceNode? NodeOf(ulong inode) => nodes.Find(inode)?.Device?.Node;

    /// <summary>A name by which a file is opened once.</summary>
    internal DevNode AddWaiting(DevVfioFile file) => nodes.AddWaiting(file);

    /// <summary>The name is gone; a file that was not opened by it ends.</summary>
    internal void RemoveWaiting(DevNode node)
    {
        nodes.RemoveWaiting(node);
        node.TakeWaiting()?.Release();
    }

    private ProcessClient ClientOf(FuseCall call)
    {
        var client = (ProcessClient)(call.Waiter ??= new ProcessClient(this, call));
        client.Begin(call.CallerPid);
        return client;
    }
}
