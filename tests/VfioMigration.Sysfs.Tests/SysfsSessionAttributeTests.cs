using System.Text;

using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class SysfsSessionAttributeTests
{
    private readonly SysfsTree tree = new(new ManualClock());
    private readonly Kobject kobject;
    private int sessions;

    public SysfsSessionAttributeTests()
    {
        kobject = new Kobject(tree, "object");
        kobject.AddTo(null);
        kobject.AddGroup(new AttributeGroup(new SysfsSessionAttribute<Kobject>("ask", owner =>
        {
            Assert.Same(kobject, owner);
            Interlocked.Increment(ref sessions);
            return new Echo();
        })));
    }

    [Fact]
    public void File_OfASession_IsReadWriteAndAPageLong()
    {
        KernfsFile file = (KernfsFile)tree.Root.FindPath("object/ask")!;

        Assert.Equal((FileModes.Octal(644), 4096ul), (file.Mode, tree.Root.Stat(file).Size));
    }

    [Fact]
    public void OpenFiles_OfOneFile_AreConversationsOfTheirOwn()
    {
        (KernfsOpenFile one, KernfsOpenFile other) = (Open(), Open());
        Write(one, "first");
        Write(other, "second");

        Assert.Equal(("<first>", "<second>", ""), (Read(one), Read(other), Read(Open())));
        Assert.Equal(3, sessions);
    }

    [Fact]
    public void Session_OfAnOpenFile_BeginsWithItsFirstUse()
    {
        KernfsOpenFile open = Open();
        Assert.Equal(0, sessions);
        Write(open, "x");
        Read(open);
        Write(open, "y");

        Assert.Equal(1, sessions);
    }

    /// <summary>The offset of the reader means nothing: after a write of five bytes a shell reads from offset five.</summary>
    [Fact]
    public void Read_AtAnyOffset_ContinuesTheAnswer()
    {
        KernfsOpenFile open = Open();
        Write(open, "abc");
        byte[] buffer = new byte[2];

        Assert.Equal(2, open.Read(1000, buffer, CancellationToken.None).Value);
        Assert.Equal("<a", Encoding.ASCII.GetString(buffer));
        Assert.Equal("bc>", Read(open));
        Assert.Equal(0, open.Read(0, buffer, CancellationToken.None).Value);
    }

    [Fact]
    public void Write_OfMoreThanAPage_TakesAPage()
    {
        Assert.Equal(4096, Open().Write(0, new byte[5000], CancellationToken.None).Value);
        Assert.Equal(4096, Open().Write(0, new byte[4096], CancellationToken.None).Value);
    }

    [Fact]
    public void Errnos_OfTheSession_AreTheCallers()
    {
        KernfsOpenFile open = Open();

        Assert.Equal(Errno.EUNATCH, open.Write(0, "refuse"u8, CancellationToken.None).Error);
        Write(open, "break");
        Assert.Equal(Errno.EIO, open.Read(0, new byte[10], CancellationToken.None).Error);
    }

    [Fact]
    public void OpenFile_UsedAgain_HasANewSession()
    {
        KernfsOpenFile open = Open();
        Write(open, "x");
        open.Close();
        Assert.Equal(Errno.EBADF, open.Read(0, new byte[1], CancellationToken.None).Error);
        open.Open(tree.Root, (KernfsFile)tree.Root.FindPath("object/ask")!, OpenFlags.O_RDWR);

        Assert.Equal("", Read(open));
        Assert.Equal(2, sessions);
    }

    [Fact]
    public void OpenFile_OfARemovedObject_IsENODEV()
    {
        KernfsOpenFile open = Open();
        Write(open, "x");
        kobject.RemoveDirectory();

        Assert.Equal(Errno.ENODEV, open.Read(0, new byte[1], CancellationToken.None).Error);
        Assert.Equal(Errno.ENODEV, open.Write(0, "x"u8, CancellationToken.None).Error);
    }

    [Fact]
    public async Task FirstUses_FromTwoThreads_ShareOneSession()
    {
        KernfsOpenFile open = Open();
        using var start = new Barrier(2);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Background.Run(() =>
        {
            Assert.True(start.SignalAndWait(Background.Patience));
            Write(open, "same");
        }))).WaitAsync(Background.Patience);

        Assert.Equal("<same>", Read(open));
    }

    private KernfsOpenFile Open()
    {
        var open = new KernfsOpenFile();
        Assert.Equal(Errno.None, open.Open(tree.Root, (KernfsFile)tree.Root.FindPath("object/ask")!, OpenFlags.O_RDWR));
        return open;
    }

    private static void Write(KernfsOpenFile open, string text) =>
        Assert.Equal(text.Length, open.Write(0, Encoding.ASCII.GetBytes(text), CancellationToken.None).Value);

    private static string Read(KernfsOpenFile open)
    {
        byte[] buffer = new byte[100];
        return Encoding.ASCII.GetString(buffer.AsSpan(0, open.Read(0, buffer, CancellationToken.None).Value));
    }

    /// <summary>Answers with the question in brackets.</summary>
    private sealed class Echo : IAttributeSession
    {
        private byte[] answer = [];

        public Result<int> Read(Span<byte> destination)
        {
            if (answer.AsSpan().SequenceEqual("<break>"u8))
            {
                return Errno.EIO;
            }

            int count = Math.Min(destination.Length, answer.Length);
            answer.AsSpan(0, count).CopyTo(destination);
            answer = answer[count..];
            return count;
        }

        public Errno Write(ReadOnlySpan<byte> question)
        {
            if (question.SequenceEqual("refuse"u8))
            {
                return Errno.EUNATCH;
            }

            answer = [.. "<"u8, .. question, .. ">"u8];
            return Errno.None;
        }
    }
}
