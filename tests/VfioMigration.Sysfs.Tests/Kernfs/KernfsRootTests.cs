using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Kernfs;

public class KernfsRootTests
{
    private static readonly SysfsAttribute<Kobject> Text = SysfsAttribute<Kobject>.ReadOnly("text", (_, page) => SysfsText.Line(page, 1));
    private readonly KernfsRoot root = new(new ManualClock());

    [Fact]
    public void AddDirectory_ThenFind_FindsIt()
    {
        KernfsDirectory added = AddDirectory(root.Directory, "a");

        Assert.Same(added, root.Find(root.Directory, "a"u8));
        Assert.Same(added, root.FindPath("/a/"));
        Assert.Null(root.Find(root.Directory, "b"u8));
        Assert.Equal("a", KernfsRoot.PathOf(added));
    }

    [Fact]
    public void Add_OfATakenName_IsEEXIST()
    {
        AddDirectory(root.Directory, "text");

        Assert.Equal(Errno.EEXIST, root.AddDirectory(root.Directory, new KernfsName("text"), null).Error);
        Assert.Equal(Errno.EEXIST, root.AddFile(root.Directory, Text).Error);
        Assert.Equal(Errno.EEXIST, root.AddLink(root.Directory, new KernfsName("text"), root.Directory).Error);
    }

    [Fact]
    public void Add_BelowARemovedDirectory_IsENODEV()
    {
        KernfsDirectory gone = AddDirectory(root.Directory, "a");
        root.Remove(gone);

        Assert.Equal(Errno.ENODEV, root.AddDirectory(gone, new KernfsName("b"), null).Error);
        Assert.Equal(Errno.ENODEV, root.AddFile(gone, Text).Error);
    }

    [Fact]
    public void Add_OfTheSameNameAfterRemoval_IsANewNode()
    {
        KernfsDirectory first = AddDirectory(root.Directory, "a");
        root.Remove(first);

        KernfsDirectory second = AddDirectory(root.Directory, "a");

        Assert.NotEqual(first.Ino, second.Ino);
        Assert.True(first.IsRemoved);
        Assert.False(second.IsRemoved);
    }

    [Fact]
    public void Inodes_OfAllNodes_AreDifferentAndTheRootsIsOne()
    {
        Assert.Equal(1ul, root.Directory.Ino);
        ulong[] inos = [.. Enumerable.Range(0, 50).Select(i => AddDirectory(root.Directory, $"{i}").Ino)];

        Assert.Equal(50, inos.Distinct().Count());
        Assert.DoesNotContain(1ul, inos);
    }

    [Fact]
    public void Nlink_OfADirectory_IsTwoPlusItsDirectories()
    {
        KernfsDirectory top = AddDirectory(root.Directory, "top");
        KernfsDirectory below = AddDirectory(top, "below");
        root.AddFile(top, Text);
        root.AddLink(top, new KernfsName("link"), below);
        Assert.Equal(3u, root.Stat(top).Nlink);

        root.Remove(below);

        Assert.Equal(2u, root.Stat(top).Nlink);
    }

    [Fact]
    public void Remove_OfASubtree_RemovesEverythingInIt()
    {
        KernfsDirectory top = AddDirectory(root.Directory, "top");
        KernfsDirectory below = AddDirectory(top, "below");
        KernfsFile file = root.AddFile(below, Text).Value;

        root.Remove(top);

        Assert.All(new KernfsNode[] { top, below, file }, node => Assert.True(node.IsRemoved));
        Assert.Null(root.FindPath("top"));
        Assert.Empty(Shell.List(root, top));
    }

    [Fact]
    public void Remove_Twice_TellsTheObserverOnce()
    {
        KernfsDirectory top = AddDirectory(root.Directory, "top");
        var observer = new RecordingObserver();
        root.Subscribe(observer);

        root.Remove(top);
        root.Remove(top);

        Assert.Equal(["removed top", "changed "], observer.Seen);
    }

    [Fact]
    public void Remove_OfASubtree_TellsChildrenBeforeTheirDirectory()
    {
        KernfsDirectory top = AddDirectory(root.Directory, "top");
        KernfsDirectory below = AddDirectory(top, "below");
        root.AddFile(below, Text);
        var observer = new RecordingObserver();
        root.Subscribe(observer);

        root.Remove(top);

        Assert.Equal(["removed top/below/text", "removed top/below", "removed top", "changed "], observer.Seen);
    }

    [Fact]
    public void Observer_AfterUnsubscribing_IsToldNothing()
    {
        var observer = new RecordingObserver();
        root.Subscribe(observer);
        AddDirectory(root.Directory, "a");
        root.Unsubscribe(observer);

        AddDirectory(root.Directory, "b");

        Assert.Equal(["changed "], observer.Seen);
    }

    [Fact]
    public void RemoveIfEmpty_OfADirectoryWithContent_LeavesIt()
    {
        KernfsDirectory top = AddDirectory(root.Directory, "top");
        KernfsFile file = root.AddFile(top, Text).Value;
        Assert.False(root.RemoveIfEmpty(top));
        root.Remove(file);

        Assert.True(root.RemoveIfEmpty(top));
        Assert.False(root.RemoveIfEmpty(top));
        Assert.Null(root.FindPath("top"));
    }

    [Fact]
    public void Stat_OfAFile_HasTheSizeAndModeOfItsAttribute()
    {
        KernfsFile file = root.AddFile(root.Directory, Text).Value;
        KernfsStat stat = root.Stat(file);

        Assert.Equal((FileType.S_IFREG | FileModes.Octal(444), 4096ul, 1u, (uint?)null, (uint?)null), (stat.Mode, stat.Size, stat.Nlink, stat.Uid, stat.Gid));
    }

    [Fact]
    public void Stat_OfALinkAndADirectory_HasNoSize()
    {
        KernfsStat directory = root.Stat(AddDirectory(root.Directory, "a"));
        KernfsStat link = root.Stat(root.AddLink(root.Directory, new KernfsName("l"), root.Directory).Value);

        Assert.Equal((FileType.S_IFDIR | FileModes.Octal(755), 0ul), (directory.Mode, directory.Size));
        Assert.Equal((FileType.S_IFLNK | FileModes.Octal(777), 0ul, 1u), (link.Mode, link.Size, link.Nlink));
    }

    private KernfsDirectory AddDirectory(KernfsDirectory parent, string name) =>
        root.AddDirectory(parent, new KernfsName(name), null).Value;
}
