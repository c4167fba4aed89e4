using Microsoft.Extensions.Logging.Abstractions;

using VfioMigration.Fuse;
using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests.Support;

/// <summary>A tree behind a file system, spoken to in FUSE messages; the test is the kernel.</summary>
internal sealed class MountedTree : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly InMemoryFuseConnection connection = new();
    private readonly FuseNotifier notifier;
    private readonly FuseClient client;

    internal MountedTree(Func<KernfsRoot, Union>? union = null)
    {
        Core = new DriverCore(TimeProvider.System);
        Sample = Core.CreateDirectory(Core.Devices, "sample").Value;
        notifier = new FuseNotifier(connection, NullLogger.Instance);
        notifier.Start();
        FileSystem = new SysfsFileSystem(Root, notifier, union?.Invoke(Root));
        client = new FuseClient(FileSystem);
    }

    internal DriverCore Core { get; }

    internal KernfsRoot Root => Core.Tree.Root;

    /// <summary>devices/sample, empty.</summary>
    internal Kobject Sample { get; }

    internal SysfsFileSystem FileSystem { get; }

    public void Dispose()
    {
        notifier.Stop();
        client.Dispose();
        connection.Dispose();
    }

    internal FuseAnswer Send(byte[] request) => client.Send(request);

    internal int SendRaw(byte[] request) => client.SendRaw(request);

    /// <summary>Looks every component up once and answers the last node.</summary>
    internal FuseEntryOut Lookup(string path)
    {
        var entry = new FuseEntryOut { NodeId = FuseProtocol.FUSE_ROOT_ID };
        foreach (string name in path.Split('/'))
        {
            FuseAnswer answer = Send(FuseMessage.Lookup(name, entry.NodeId));
            Assert.Equal(Errno.None, answer.Error);
            entry = answer.Read<FuseEntryOut>();
        }

        return entry;
    }

    internal Errno LookupError(ulong parent, string name) => Send(FuseMessage.Lookup(name, parent)).Error;

    internal void Forget(ulong node, ulong count) =>
        Assert.Equal(0, SendRaw(FuseMessage.Request(FuseOpcode.FUSE_FORGET, new FuseForgetIn { LookupCount = count }, node: node)));

    internal FuseAnswer Getattr(ulong node) => Send(FuseMessage.Request(FuseOpcode.FUSE_GETATTR, default(FuseGetattrIn), node: node));

    internal FuseAnswer TryOpen(string path, OpenFlags flags) =>
        Send(FuseMessage.Request(FuseOpcode.FUSE_OPEN, new FuseOpenIn { Flags = (uint)flags }, node: Lookup(path).NodeId));

    internal ulong Open(string path, OpenFlags flags = OpenFlags.O_RDONLY)
    {
        FuseAnswer answer = TryOpen(path, flags);
        Assert.Equal(Errno.None, answer.Error);
        return answer.Read<FuseOpenOut>().Handle;
    }

    internal void Release(ulong handle) => Send(FuseMessage.Request(FuseOpcode.FUSE_RELEASE, new FuseReleaseIn { Handle = handle }));

    internal FuseAnswer Read(ulong handle, ulong offset = 0, uint size = 4096) => Send(FuseMessage.Read(handle, offset, size));

    internal FuseAnswer Write(ulong handle, ReadOnlySpan<byte> data, ulong offset = 0) => Send(FuseMessage.Write(handle, data, offset));

    internal FuseAnswer Poll(ulong handle, ulong? kernelHandle = null) => Send(FuseMessage.Request(
        FuseOpcode.FUSE_POLL,
        new FusePollIn
        {
            Handle = handle,
            KernelHandle = kernelHandle ?? 0,
            Flags = kernelHandle is null ? 0 : FuseProtocol.FUSE_POLL_SCHEDULE_NOTIFY,
        }));

    internal FuseAnswer Readdir(ulong node, ulong offset = 0, uint size = 65536, bool plus = false) => Send(FuseMessage.Request(
        plus ? FuseOpcode.FUSE_READDIRPLUS : FuseOpcode.FUSE_READDIR,
        new FuseReadIn { Offset = offset, Size = size },
        node: node));

    /// <summary>What the kernel was told since the last call: "entry PARENT NAME", "node NODE", "poll HANDLE".</summary>
    internal List<string> Notifications()
    {
        long queued = notifier.Queued;
        Assert.True(Task.Run(() => notifier.WaitUntilSent(queued)).Wait(Generous));
        return SentSoFar();
    }

    /// <summary>As <see cref="Notifications"/>, without waiting for what is still queued.</summary>
    internal List<string> SentSoFar()
    {
        var told = new List<string>();
        while (connection.Take(TimeSpan.Zero) is { } message)
        {
            FuseAnswer sent = FuseAnswer.Parse(message);
            told.Add((FuseNotifyCode)sent.Header.Error switch
            {
                FuseNotifyCode.FUSE_NOTIFY_INVAL_ENTRY =>
                    $"entry {sent.Read<FuseNotifyInvalEntryOut>().Parent} {sent.Text[16..^1]}",
                FuseNotifyCode.FUSE_NOTIFY_INVAL_INODE => $"node {sent.Read<FuseNotifyInvalInodeOut>().Ino}",
                _ => $"poll {sent.Read<FuseNotifyPollWakeupOut>().KernelHandle}",
            });
        }

        return told;
    }
}
