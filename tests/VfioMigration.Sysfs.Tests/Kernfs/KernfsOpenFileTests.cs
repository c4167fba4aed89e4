using System.Text;

using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Kernfs;

/// <summary>Rows of the groups read, offset, poll, stale, wo-attr and ro-attr of errno-table.tsv.</summary>
public class KernfsOpenFileTests
{
    private const PollEvents Changed = Unchanged | PollEvents.POLLPRI | PollEvents.POLLERR;
    private const PollEvents Unchanged = PollEvents.POLLIN | PollEvents.POLLOUT | PollEvents.POLLRDNORM | PollEvents.POLLWRNORM;

    private readonly SysfsTree tree = new(new ManualClock());
    private readonly Kobject kobject;
    private readonly SysfsAttribute<Kobject> value;
    private readonly SysfsAttribute<Kobject> create;
    private readonly List<byte[]> stored = [];
    private string content = "24";
    private int shows;

    public KernfsOpenFileTests()
    {
        kobject = new Kobject(tree, "object");
        kobject.AddTo(null);
        value = SysfsAttribute<Kobject>.ReadOnly("value", (_, page) =>
        {
            shows++;
            return SysfsText.Line(page, content);
        });
        create = SysfsAttribute<Kobject>.WriteOnly("create", (_, bytes) =>
        {
            stored.Add(bytes.ToArray());
            return Errno.None;
        });
        kobject.AddGroup(new AttributeGroup(value, create));
    }

    [Fact]
    public void Read_ByteByByte_SeesOneRendering()
    {
        KernfsOpenFile open = Open("value");
        Assert.Equal("2", Read(open, 0, 1));
        content = "99";

        Assert.Equal("4\n", Read(open, 1, 100));
        Assert.Equal("", Read(open, 3, 100));
        Assert.Equal(1, shows);
    }

    [Fact]
    public void Read_AtOffsetZeroAgain_RendersAgain()
    {
        KernfsOpenFile open = Open("value");
        Assert.Equal("24\n", Read(open, 0, 4096));
        content = "23";

        Assert.Equal("23\n", Read(open, 0, 4096));
        Assert.Equal("23\n", Read(open, 0, 5));
    }

    [Fact]
    public void Read_AtTheEndAfterAChange_StaysZero()
    {
        KernfsOpenFile open = Open("value");
        Read(open, 0, 4096);
        content = "a longer text";

        Assert.Equal("", Read(open, 3, 4096));
    }

    [Theory]
    [InlineData(1, "4\n")]
    [InlineData(2, "\n")]
    [InlineData(3, "")]
    [InlineData(4, "")]
    [InlineData(100, "")]
    [InlineData(4096, "")]
    [InlineData(5000, "")]
    [InlineData(1L << 40, "")]
    public void Read_AtAnotherOffsetFirst_GivesTheRestFromThere(long offset, string rest) =>
        Assert.Equal(rest, Read(Open("value"), offset, 100));

    [Fact]
    public void Read_JumpingBack_RendersAgain()
    {
        KernfsOpenFile open = Open("value");
        Read(open, 0, 2);
        content = "57";

        Assert.Equal("7\n", Read(open, 1, 100));
    }

    [Fact]
    public void Read_OfALongTextInPieces_GivesAllOfIt()
    {
        content = string.Concat(Enumerable.Range(0, 800).Select(i => (char)('a' + (i % 26))));
        KernfsOpenFile open = Open("value");
        var all = new StringBuilder();
        string piece;
        while ((piece = Read(open, all.Length, 7)).Length > 0)
        {
            all.Append(piece);
        }

        Assert.Equal(content + "\n", all.ToString());
        Assert.Equal(1, shows);
    }

    [Fact]
    public async Task Read_ThatContinues_WhileAnotherReadRenders_IsNotTheEnd()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        bool block = false;
        kobject.AddGroup(new AttributeGroup(SysfsAttribute<Kobject>.ReadOnly("slow", (_, page) =>
        {
            if (block)
            {
                entered.Set();
                Assert.True(release.Wait(Background.Patience));
            }

            return SysfsText.Line(page, "24");
        })));
        KernfsOpenFile open = Open("slow");
        Read(open, 0, 1);
        block = true;
        Task<string> other = Background.Run(() => Read(open, 0, 1));
        Assert.True(entered.Wait(Background.Patience));
        Task<string> continued = Background.Run(() => Read(open, 1, 100), Background.WaitUntilBlocked);
        release.Set();

        Assert.Equal("2", await other.WaitAsync(Background.Patience));
        Assert.Equal("4\n", await continued.WaitAsync(Background.Patience));
    }

    [Fact]
    public void Read_AfterRemoval_DeliversTheLeftoverAndThenENODEV()
    {
        content = "DRIVER=mtty";
        KernfsOpenFile open = Open("value");
        Assert.Equal("DRIV", Read(open, 0, 4));
        kobject.RemoveDirectory();

        Assert.Equal("ER=mtty\n", Read(open, 4, 100));
        Assert.Equal(Errno.ENODEV, TryRead(open, 12, 100).Error);
        Assert.Equal(Errno.ENODEV, TryRead(open, 0, 100).Error);
    }

    [Fact]
    public void Read_AfterRemovalOfAFileReadToItsEnd_IsENODEV()
    {
        KernfsOpenFile open = Open("value");
        Read(open, 0, 4096);
        kobject.RemoveDirectory();

        Assert.Equal(Errno.ENODEV, TryRead(open, 3, 100).Error);
    }

    [Fact]
    public void Everything_OnAStaleFileAfterTheNameIsBack_IsENODEV()
    {
        KernfsOpenFile reading = Open("value");
        KernfsOpenFile writing = Open("create", OpenFlags.O_WRONLY);
        kobject.RemoveDirectory();
        var again = new Kobject(tree, "object");
        again.AddTo(null);
        again.AddGroup(new AttributeGroup(value, create));

        Assert.Equal(Errno.ENODEV, TryRead(reading, 0, 100).Error);
        Assert.Equal(Errno.ENODEV, writing.Write(0, "1"u8, CancellationToken.None).Error);
        Assert.Equal(Changed, reading.Poll());
        Assert.Equal("24\n", Read(Open("value"), 0, 100));
    }

    [Fact]
    public void Open_OfARemovedFile_IsENODEV()
    {
        var file = (KernfsFile)tree.Root.FindPath("object/value")!;
        kobject.RemoveDirectory();

        Assert.Equal(Errno.ENODEV, new KernfsOpenFile().Open(tree.Root, file, OpenFlags.O_RDONLY));
    }

    [Fact]
    public void Open_WithoutTheModeBit_IsEACCES()
    {
        Assert.Equal(Errno.EACCES, TryOpen("value", OpenFlags.O_WRONLY));
        Assert.Equal(Errno.EACCES, TryOpen("value", OpenFlags.O_RDWR));
        Assert.Equal(Errno.EACCES, TryOpen("create", OpenFlags.O_RDONLY));
        Assert.Equal(Errno.EACCES, TryOpen("create", OpenFlags.O_RDWR));
        Assert.Equal(Errno.EACCES, TryOpen("value", OpenFlags.O_WRONLY | OpenFlags.O_TRUNC));
    }

    [Theory]
    [InlineData(OpenFlags.O_TRUNC)]
    [InlineData(OpenFlags.O_APPEND)]
    [InlineData(OpenFlags.O_NONBLOCK)]
    public void Open_WithAFlagThatMeansNothingHere_Succeeds(OpenFlags flag) =>
        Assert.Equal(Errno.None, TryOpen("value", OpenFlags.O_RDONLY | flag));

    [Fact]
    public void Open_WithODirect_IsEINVAL() =>
        Assert.Equal(Errno.EINVAL, TryOpen("value", OpenFlags.O_RDONLY | OpenFlags.O_DIRECT));

    [Fact]
    public void Access_ThatOnlyChmodAllows_IsEIO()
    {
        tree.Root.Change(tree.Root.FindPath("object/value")!, FileModes.Octal(666), null, null, null, null);
        tree.Root.Change(tree.Root.FindPath("object/create")!, FileModes.Octal(666), null, null, null, null);

        Assert.Equal(Errno.EIO, Open("value", OpenFlags.O_WRONLY).Write(0, "1"u8, CancellationToken.None).Error);
        Assert.Equal(Errno.EIO, TryRead(Open("create", OpenFlags.O_RDWR), 0, 100).Error);
    }

    [Fact]
    public void Write_OfMoreThanAPage_IsCutAtAPage()
    {
        Assert.Equal(4096, Open("create", OpenFlags.O_WRONLY).Write(0, new byte[5000], CancellationToken.None).Value);
        Assert.Equal(4096, Assert.Single(stored).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1L << 40)]
    public void Write_AtAnyOffset_IsOneWholeStore(long offset)
    {
        KernfsOpenFile open = Open("create", OpenFlags.O_WRONLY);

        Assert.Equal(3, open.Write(offset, "abc"u8, CancellationToken.None).Value);
        Assert.Equal(2, open.Write(offset, "de"u8, CancellationToken.None).Value);
        Assert.Equal(["abc", "de"], stored.Select(Encoding.ASCII.GetString));
    }

    [Fact]
    public void Write_OfNothing_IsZeroWithoutAStore()
    {
        KernfsOpenFile open = Open("create", OpenFlags.O_WRONLY);

        Assert.Equal(0, open.Write(0, default, CancellationToken.None).Value);
        Assert.Empty(stored);
    }

    [Fact]
    public void Write_OfNothingAfterRemoval_IsENODEV()
    {
        KernfsOpenFile open = Open("create", OpenFlags.O_WRONLY);
        kobject.RemoveDirectory();

        Assert.Equal(Errno.ENODEV, open.Write(0, default, CancellationToken.None).Error);
    }

    [Fact]
    public void Poll_BeforeAndAfterReadAndNotify_ShowsWhatIsNew()
    {
        KernfsOpenFile open = Open("value");
        KernfsOpenFile other = Open("value");
        Assert.Equal(Changed, open.Poll());
        Read(open, 0, 4096);
        Assert.Equal(Unchanged, open.Poll());
        Assert.Equal(Changed, other.Poll());
        content = "23";
        Assert.Equal(Unchanged, open.Poll());

        Assert.Equal(Errno.None, kobject.Notify(value));

        Assert.Equal(Changed, open.Poll());
        Read(open, 0, 4096);
        Assert.Equal(Unchanged, open.Poll());
    }

    [Fact]
    public void Poll_OfAFileOpenForWriting_ShowsEverything() => Assert.Equal(Changed, Open("create", OpenFlags.O_WRONLY).Poll());

    [Fact]
    public void Poll_AfterRemoval_ShowsEverything()
    {
        KernfsOpenFile open = Open("value");
        Read(open, 0, 4096);
        kobject.RemoveDirectory();

        Assert.Equal(Changed, open.Poll());
    }

    [Fact]
    public void Open_OfAnObjectUsedBefore_StartsAnew()
    {
        KernfsOpenFile open = Open("value");
        Read(open, 0, 1);
        open.Close();
        content = "99";

        Assert.Equal(Errno.None, open.Open(tree.Root, (KernfsFile)tree.Root.FindPath("object/value")!, OpenFlags.O_RDONLY));

        Assert.Equal(Changed, open.Poll());
        Assert.Equal("9\n", Read(open, 1, 100));
    }

    private Errno TryOpen(string name, OpenFlags flags) =>
        new KernfsOpenFile().Open(tree.Root, (KernfsFile)tree.Root.FindPath($"object/{name}")!, flags);

    private KernfsOpenFile Open(string name, OpenFlags flags = OpenFlags.O_RDONLY)
    {
        var open = new KernfsOpenFile();
        Assert.Equal(Errno.None, open.Open(tree.Root, (KernfsFile)tree.Root.FindPath($"object/{name}")!, flags));
        return open;
    }

    private static Result<int> TryRead(KernfsOpenFile open, long offset, int count) =>
        open.Read(offset, new byte[count], CancellationToken.None);

    private static string Read(KernfsOpenFile open, long offset, int count)
    {
        byte[] bytes = new byte[count];
        return Encoding.ASCII.GetString(bytes, 0, open.Read(offset, bytes, CancellationToken.None).Value);
    }
}
