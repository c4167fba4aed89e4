using VfioMigration.Fuse;
using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests.Support;

/// <summary>A tree behind a whole session, threads included; the test is the kernel.</summary>
internal sealed class ServedTree : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly InMemoryFuseConnection connection = new();
    private readonly Dictionary<ulong, FuseAnswer> answers = [];
    private readonly FuseSession session;
    private ulong unique;

    internal ServedTree(DriverCore core)
    {
        var notifier = new FuseNotifier(connection, Log);
        session = new FuseSession(connection, new SysfsFileSystem(core.Tree.Root, notifier), notifier, TimeProvider.System, Log);
        session.Start();
    }

    internal RecordingLogger Log { get; } = new();

    public void Dispose()
    {
        session.Dispose();
        connection.Dispose();
    }

    /// <summary>The node at a path, looked up component by component.</summary>
    internal ulong Lookup(string path)
    {
        ulong node = FuseProtocol.FUSE_ROOT_ID;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            FuseAnswer answer = Ask(id => FuseMessage.Lookup(name, node, id));
            Assert.Equal(Errno.None, answer.Error);
            node = answer.Read<FuseEntryOut>().NodeId;
        }

        return node;
    }

    internal Errno Stat(string path)
    {
        ulong node = Lookup(path);
        return Ask(id => FuseMessage.Request(FuseOpcode.FUSE_GETATTR, default(FuseGetattrIn), node: node, unique: id)).Error;
    }

    internal Errno List(string path)
    {
        ulong node = Lookup(path);
        return Ask(id => FuseMessage.Request(FuseOpcode.FUSE_READDIR, new FuseReadIn { Size = 4096 }, node: node, unique: id)).Error;
    }

    /// <summary>Opens and reads; the errno of whichever failed.</summary>
    internal Errno Read(string path) => Wait(BeginRead(path)).Error;

    /// <summary>Opens and writes; the errno of whichever failed.</summary>
    internal Errno Write(string path, string text)
    {
        ulong node = Lookup(path);
        ulong handle = Open(node, OpenFlags.O_WRONLY);
        return Ask(id => FuseMessage.Write(handle, System.Text.Encoding.UTF8.GetBytes(text), unique: id, node: node)).Error;
    }

    /// <summary>Opens and begins to read; to be waited for.</summary>
    internal ulong BeginRead(string path)
    {
        ulong node = Lookup(path);
        ulong handle = Open(node, OpenFlags.O_RDONLY);
        return Submit(id => FuseMessage.Read(handle, unique: id, node: node));
    }

    /// <summary>The answer to one request, whatever else is answered meanwhile.</summary>
    internal FuseAnswer Wait(ulong request)
    {
        FuseAnswer? answer;
        while (!answers.Remove(request, out answer))
        {
            byte[]? message = connection.Take(Generous);
            Assert.True(message is not null, $"request {request} is not answered");
            FuseAnswer taken = FuseAnswer.Parse(message);
            answers[taken.Unique] = taken;
        }

        return answer;
    }

    private ulong Open(ulong node, OpenFlags flags)
    {
        FuseAnswer answer = Ask(id => FuseMessage.Request(FuseOpcode.FUSE_OPEN, new FuseOpenIn { Flags = (uint)flags }, node: node, unique: id));
        Assert.Equal(Errno.None, answer.Error);
        return answer.Read<FuseOpenOut>().Handle;
    }

    private FuseAnswer Ask(Func<ulong, byte[]> request) => Wait(Submit(request));

    private ulong Submit(Func<ulong, byte[]> request)
    {
        unique += 2;
        connection.Submit(request(unique));
        return unique;
    }
}
