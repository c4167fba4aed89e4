using Microsoft.Extensions.Logging.Abstractions;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.SysfsMount;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>Serving a request allocates nothing: no garbage, no pauses, whatever the load.</summary>
public sealed class ZeroAllocationTests : IDisposable
{
    private const int WarmUp = 500;
    private const int Measured = 10_000;
    private const int Rounds = 3;

    private readonly InMemoryFuseConnection connection = new();
    private readonly FuseDispatcher dispatcher;
    private readonly FuseCall call = new();
    private readonly byte[] buffer = new byte[FuseNegotiation.WantedMaxWrite + 4096];
    private readonly ulong directory;
    private readonly ulong file;

    public ZeroAllocationTests()
    {
        var core = new DriverCore(TimeProvider.System);
        Kobject kobject = core.CreateDirectory(core.Devices, "sample").Value;
        kobject.AddGroup(new AttributeGroup(
            SysfsAttribute<Kobject>.ReadWrite("value", static (_, page) => SysfsText.Line(page, 42), static (_, _) => Errno.None),
            SysfsAttribute<Kobject>.ReadOnly("other", static (_, page) => SysfsText.Line(page, "text"u8))));
        dispatcher = new FuseDispatcher(
            new SysfsFileSystem(core.Tree.Root, new FuseNotifier(connection, NullLogger.Instance)),
            NullLogger.Instance);
        directory = Lookup("sample", Lookup("devices", FuseProtocol.FUSE_ROOT_ID));
        file = Lookup("value", directory);
    }

    public void Dispose()
    {
        call.Dispose();
        connection.Dispose();
    }

    [Fact]
    public void Lookup_AllocatesNothing()
    {
        byte[] request = FuseMessage.Lookup("value", directory);

        AssertAllocatesNothing(() => Send(request));
    }

    [Fact]
    public void LookupOfMissingName_AllocatesNothing()
    {
        byte[] request = FuseMessage.Lookup("missing", directory);

        AssertAllocatesNothing(() => _ = dispatcher.Dispatch(call, request, buffer));
    }

    [Fact]
    public void Getattr_AllocatesNothing()
    {
        byte[] request = FuseMessage.Request(FuseOpcode.FUSE_GETATTR, default(FuseGetattrIn), node: file);

        AssertAllocatesNothing(() => Send(request));
    }

    [Fact]
    public void OpenReadRelease_AllocatesNothing()
    {
        byte[] open = FuseMessage.Request(FuseOpcode.FUSE_OPEN, default(FuseOpenIn), node: file);
        byte[] read = FuseMessage.Read(0);
        byte[] release = FuseMessage.Request(FuseOpcode.FUSE_RELEASE, default(FuseReleaseIn));

        AssertAllocatesNothing(() =>
        {
            Send(open);
            ReadOnlySpan<byte> handle = buffer.AsSpan(FuseReply.HeaderSize, sizeof(ulong));
            handle.CopyTo(read.AsSpan(FuseRequest.HeaderSize));
            handle.CopyTo(release.AsSpan(FuseRequest.HeaderSize));
            Send(read);
            Send(release);
        });
    }

    [Fact]
    public void BytewiseRead_AllocatesNothing()
    {
        ulong handle = Open(OpenFlags.O_RDONLY);
        byte[][] reads = [.. Enumerable.Range(0, 4).Select(offset => FuseMessage.Read(handle, (ulong)offset, size: 1))];

        AssertAllocatesNothing(() =>
        {
            foreach (byte[] read in reads)
            {
                Send(read);
            }
        });
    }

    [Fact]
    public void Write_AllocatesNothing()
    {
        byte[] request = FuseMessage.Write(Open(OpenFlags.O_WRONLY), "1\n"u8);

        AssertAllocatesNothing(() => Send(request));
    }

    [Theory]
    [InlineData(FuseOpcode.FUSE_READDIR)]
    [InlineData(FuseOpcode.FUSE_READDIRPLUS)]
    public void Readdir_AllocatesNothing(FuseOpcode opcode)
    {
        byte[] request = FuseMessage.Request(opcode, new FuseReadIn { Size = 4096 }, node: directory);

        AssertAllocatesNothing(() => Send(request));
    }

    [Fact]
    public void Poll_AllocatesNothing()
    {
        byte[] request = FuseMessage.Request(
            FuseOpcode.FUSE_POLL,
            new FusePollIn { Handle = Open(OpenFlags.O_RDONLY), KernelHandle = 3, Flags = FuseProtocol.FUSE_POLL_SCHEDULE_NOTIFY });

        AssertAllocatesNothing(() => Send(request));
    }

    /// <summary>On a busy machine the runtime may still replace a method, and allocate for it, in one of the rounds; what the action allocates, it allocates in each.</summary>
    private static void AssertAllocatesNothing(Action action)
    {
        Repeat(action, WarmUp);
        Assert.Equal(0, Enumerable.Range(0, Rounds).Min(_ => AllocatedBy(action)));
    }

    private static long AllocatedBy(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(action, Measured);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Repeat(Action action, int times)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }

    private ulong Lookup(string name, ulong parent)
    {
        Send(FuseMessage.Lookup(name, parent));
        return BitConverter.ToUInt64(buffer, FuseReply.HeaderSize);
    }

    private ulong Open(OpenFlags flags)
    {
        Send(FuseMessage.Request(FuseOpcode.FUSE_OPEN, new FuseOpenIn { Flags = (uint)flags }, node: file));
        return BitConverter.ToUInt64(buffer, FuseReply.HeaderSize);
    }

    /// <summary>Fails when the request does; allocates nothing itself.</summary>
    private void Send(byte[] request)
    {
        int length = dispatcher.Dispatch(call, request, buffer);
        if (length == 0 || BitConverter.ToInt32(buffer, 4) != 0)
        {
            Assert.Fail("the request failed");
        }
    }
}
