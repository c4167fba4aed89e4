using VfioMigration.Fuse;
using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>Open files: OPEN, READ, WRITE, RELEASE, POLL.</summary>
public sealed class SysfsFileSystemTests : IDisposable
{
    private const PollEvents Quiet = PollEvents.POLLIN | PollEvents.POLLOUT | PollEvents.POLLRDNORM | PollEvents.POLLWRNORM;
    private const PollEvents Changed = Quiet | PollEvents.POLLPRI | PollEvents.POLLERR;
    private const string Path = "devices/sample/value";

    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly MountedTree tree = new();
    private readonly SampleAttributes attributes = new();
    private readonly SysfsAttribute<Kobject> value;

    public SysfsFileSystemTests()
    {
        value = attributes.ReadWrite("value");
        tree.Sample.AddGroup(new AttributeGroup(value, attributes.ReadOnly("ro"), attributes.WriteOnly("wo")));
    }

    public void Dispose() => tree.Dispose();

    [Theory]
    [InlineData("ro", OpenFlags.O_RDONLY, Errno.None)]
    [InlineData("ro", OpenFlags.O_WRONLY, Errno.EACCES)]
    [InlineData("ro", OpenFlags.O_RDWR, Errno.EACCES)]
    [InlineData("ro", OpenFlags.O_WRONLY | OpenFlags.O_TRUNC, Errno.EACCES)]
    [InlineData("wo", OpenFlags.O_RDONLY, Errno.EACCES)]
    [InlineData("wo", OpenFlags.O_WRONLY | OpenFlags.O_TRUNC, Errno.None)]
    [InlineData("wo", OpenFlags.O_RDWR, Errno.EACCES)]
    [InlineData("value", OpenFlags.O_RDWR, Errno.None)]
    [InlineData("value", OpenFlags.O_RDONLY | OpenFlags.O_DIRECT, Errno.EINVAL)]
    public void Open_IsAllowedWhereTheModeHasABit(string name, OpenFlags flags, Errno errno)
    {
        Assert.Equal(errno, tree.TryOpen($"devices/sample/{name}", flags).Error);
        Assert.Equal(errno == Errno.None ? 1 : 0, tree.FileSystem.OpenFiles);
    }

    [Fact]
    public void Open_BypassesThePageCache() => Assert.Equal(
        FuseOpenFlags.FOPEN_DIRECT_IO | FuseOpenFlags.FOPEN_NOFLUSH | FuseOpenFlags.FOPEN_PARALLEL_DIRECT_WRITES,
        tree.TryOpen(Path, OpenFlags.O_RDONLY).Read<FuseOpenOut>().OpenFlags);

    [Fact]
    public void OpenOfADirectory_IsEacces() => Assert.Equal(Errno.EACCES, tree.TryOpen("devices", OpenFlags.O_RDONLY).Error);

    [Fact]
    public void Release_ForgetsTheFile()
    {
        ulong handle = tree.Open(Path);

        tree.Release(handle);

        Assert.Equal(0, tree.FileSystem.OpenFiles);
        Assert.Equal(Errno.EBADF, tree.Read(handle).Error);
        Assert.Equal(Errno.EBADF, tree.Write(handle, "x"u8).Error);
        Assert.Equal(Errno.EBADF, tree.Poll(handle).Error);
    }

    [Fact]
    public void WholeRead_IsOneRenderingAndThenTheEnd()
    {
        ulong handle = tree.Open(Path);

        Assert.Equal("text\n", tree.Read(handle).Text);
        Assert.Empty(tree.Read(handle, offset: 5).Payload);
        Assert.Equal(1, attributes.Shows);
    }

    [Fact]
    public void BytewiseRead_IsOneRendering()
    {
        ulong handle = tree.Open(Path);
        string text = tree.Read(handle, size: 1).Text;
        attributes.Text = "other\n";

        for (ulong offset = 1; offset < 5; offset++)
        {
            text += tree.Read(handle, offset, size: 1).Text;
        }

        Assert.Equal("text\n", text);
        Assert.Empty(tree.Read(handle, offset: 5, size: 1).Payload);
        Assert.Equal(1, attributes.Shows);
    }

    [Fact]
    public void ReadAtOffsetZero_RendersAgain()
    {
        ulong handle = tree.Open(Path);
        tree.Read(handle);
        attributes.Text = "new\n";

        Assert.Equal("new\n", tree.Read(handle).Text);
        Assert.Equal(2, attributes.Shows);
    }

    [Fact]
    public void TwoOpens_HaveRenderingsOfTheirOwn()
    {
        ulong first = tree.Open(Path);
        ulong second = tree.Open(Path);
        tree.Read(first, size: 2);
        attributes.Text = "TEXT\n";
        tree.Read(second, size: 2);

        Assert.Equal("xt\n", tree.Read(first, offset: 2, size: 10).Text);
        Assert.Equal("XT\n", tree.Read(second, offset: 2, size: 10).Text);
    }

    [Theory]
    [InlineData((int)Errno.ENODATA, Errno.ENODATA)]
    [InlineData(524, Errno.EOPNOTSUPP)]
    [InlineData(5000, Errno.EIO)]
    public void ErrnoOfTheAttribute_IsPassedOn(int given, Errno sent)
    {
        attributes.Error = (Errno)given;
        ulong handle = tree.Open(Path, OpenFlags.O_RDWR);

        Assert.Equal(sent, tree.Read(handle).Error);
        Assert.Equal(sent, tree.Write(handle, "x"u8).Error);
    }

    [Theory]
    [InlineData(1, 1u)]
    [InlineData(4096, 4096u)]
    [InlineData(5000, 4096u)]
    public void Write_IsOneStoreOfAtMostAPage(int size, uint taken)
    {
        ulong handle = tree.Open(Path, OpenFlags.O_WRONLY);

        FuseAnswer answer = tree.Write(handle, new byte[size]);

        Assert.Equal(taken, answer.Read<FuseWriteOut>().Size);
        Assert.Equal((int)taken, Assert.Single(attributes.Stores).Length);
    }

    [Fact]
    public void WriteOfNothing_IsAcceptedWithoutAStore()
    {
        ulong handle = tree.Open(Path, OpenFlags.O_WRONLY);

        FuseAnswer answer = tree.Write(handle, []);

        Assert.Equal(0u, answer.Read<FuseWriteOut>().Size);
        Assert.Empty(attributes.Stores);
    }

    [Fact]
    public void WriteAtAnyOffset_StoresTheSame()
    {
        ulong handle = tree.Open(Path, OpenFlags.O_WRONLY);

        tree.Write(handle, "a"u8, offset: 7);
        tree.Write(handle, "b"u8, offset: 5000);

        Assert.Equal(["a", "b"], attributes.Stores);
    }

    [Fact]
    public void RemovedFile_IsEnodevForWhoHoldsIt()
    {
        ulong handle = tree.Open(Path, OpenFlags.O_RDWR);
        tree.Read(handle);

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Equal(Errno.ENODEV, tree.Read(handle).Error);
        Assert.Equal(Errno.ENODEV, tree.Write(handle, "x"u8).Error);
        Assert.Equal(Changed, tree.Poll(handle).Read<FusePollOut>().Events);
        tree.Release(handle);
        Assert.Equal(0, tree.FileSystem.OpenFiles);
    }

    [Fact]
    public void Poll_IsChangedUntilReadAndAfterNotify()
    {
        ulong handle = tree.Open(Path);
        Assert.Equal(Changed, tree.Poll(handle).Read<FusePollOut>().Events);

        tree.Read(handle);
        Assert.Equal(Quiet, tree.Poll(handle).Read<FusePollOut>().Events);

        tree.Sample.Notify(value);
        Assert.Equal(Changed, tree.Poll(handle).Read<FusePollOut>().Events);
        tree.Read(handle);
        Assert.Equal(Quiet, tree.Poll(handle).Read<FusePollOut>().Events);
    }

    [Fact]
    public void Notify_WakesWhoeverPollsThatFile()
    {
        tree.Poll(tree.Open(Path), kernelHandle: 7);
        tree.Poll(tree.Open("devices/sample/ro"), kernelHandle: 8);
        tree.Poll(tree.Open(Path), kernelHandle: null);

        tree.Sample.Notify(value);

        Assert.Equal(["poll 7"], tree.Notifications());
    }

    [Fact]
    public void Removal_WakesWhoeverPolls()
    {
        tree.Poll(tree.Open(Path), kernelHandle: 7);

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Contains("poll 7", tree.Notifications());
    }

    /// <summary>
    /// A show that hangs was interrupted: its caller has EINTR and closed the file, and another open uses the place. What the show
    /// returns in the end must not reach that one.
    /// </summary>
    [Fact]
    public async Task LateShowOfAReleasedFile_DoesNotReachItsSuccessor()
    {
        using var reached = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        tree.Sample.AddGroup(new AttributeGroup(SysfsAttribute<Kobject>.ReadOnly("slow", (_, page) =>
        {
            reached.Set();
            return released.Wait(Generous) ? SysfsText.Line(page, "secret"u8) : (Result<int>)Errno.ETIMEDOUT;
        })));
        ulong slow = tree.Open("devices/sample/slow");
        using var other = new FuseClient(tree.FileSystem);
        Task<FuseAnswer> late = Task.Run(() => other.Send(FuseMessage.Read(slow, size: 2)));
        Assert.True(reached.Wait(Generous));
        tree.Release(slow);
        ulong successor = tree.Open(Path);
        Assert.Equal("te", tree.Read(successor, size: 2).Text);

        released.Set();
        await late.WaitAsync(Generous);

        Assert.Equal("xt\n", tree.Read(successor, offset: 2, size: 10).Text);
    }

    /// <summary>A vendor's read that returns more than it was given room for, or less than nothing.</summary>
    [Theory]
    [InlineData(65)]
    [InlineData(1_000_000)]
    [InlineData(-1)]
    [InlineData(-16)]
    public void BinaryReadWithAWrongLength_IsStillAnsweredWellFormed(int lie)
    {
        tree.Sample.AddGroup(new AttributeGroup(new SysfsBinaryAttribute<Kobject>("config", FileModes.Octal(444), 64, (_, _, _) => lie, write: null)));
        ulong handle = tree.Open("devices/sample/config");

        int length = tree.SendRaw(FuseMessage.Read(handle));

        Assert.InRange(length, FuseReply.HeaderSize, FuseReply.HeaderSize + 64);
    }

    [Fact]
    public void Destroyed_ForgetsEveryNodeAndFile()
    {
        tree.Open(Path);

        tree.FileSystem.Destroyed();

        Assert.Equal(0, tree.FileSystem.KnownNodes);
        Assert.Equal(0, tree.FileSystem.OpenFiles);
    }

    [Fact]
    public void AfterDestroyed_ChangesAreNotAnnounced()
    {
        tree.Lookup("devices/sample");
        tree.FileSystem.Destroyed();

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Empty(tree.Notifications());
    }
}
