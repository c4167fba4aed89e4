using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>Entries besides the tree's own, as a mount shows them.</summary>
public sealed class UnionTests : IDisposable
{
    private readonly MountedTree tree = new(root => new Union(
        root,
        [
            new UnionEntry("firmware", UnionEntryKind.Directory),
            new UnionEntry("top", UnionEntryKind.File),
            new UnionEntry("class/net", UnionEntryKind.Directory),
            new UnionEntry("class/link", UnionEntryKind.Link, "../devices/real"),
            new UnionEntry("no/such/directory", UnionEntryKind.Directory),
            new UnionEntry("devices/outer", UnionEntryKind.Placeholder),
            new UnionEntry("devices/outer/inner", UnionEntryKind.Placeholder),
            new UnionEntry("devices/outer/inner/net", UnionEntryKind.Directory),
            new UnionEntry("devices/outer/inner/link", UnionEntryKind.Link, "../.."),
        ]));

    public void Dispose() => tree.Dispose();

    [Fact]
    public void Directory_LooksLikeOne()
    {
        FuseEntryOut entry = tree.Lookup("class/net");

        Assert.Equal((0x41EDu, 2u, 4096u), (entry.Attr.Mode, entry.Attr.Nlink, entry.Attr.Blksize));
        Assert.Equal(entry.NodeId, entry.Attr.Ino);
        Assert.Equal(entry.Attr, tree.Getattr(entry.NodeId).Read<FuseAttrOut>().Attr);
    }

    [Fact]
    public void Placeholder_HoldsOtherEntries()
    {
        FuseEntryOut outer = tree.Lookup("devices/outer");
        FuseEntryOut inner = tree.Lookup("devices/outer/inner");

        Assert.Equal((0x41EDu, 3u), (inner.Attr.Mode, inner.Attr.Nlink));
        Assert.Equal([".", "..", "net", "link"], DirectoryListing.Names(tree.Readdir(inner.NodeId).Payload, plus: false));
        Assert.Equal(outer.NodeId, DirectoryListing.Parse(tree.Readdir(inner.NodeId).Payload, plus: false)[1].Ino);
        Assert.Equal(0x41EDu, tree.Lookup("devices/outer/inner/net").Attr.Mode);
    }

    [Fact]
    public void File_LooksLikeOneAndCannotBeOpened()
    {
        Assert.Equal((0x8124u, 1u), (tree.Lookup("top").Attr.Mode, tree.Lookup("top").Attr.Nlink));
        Assert.Equal(Errno.EACCES, tree.TryOpen("top", OpenFlags.O_RDONLY).Error);
    }

    [Fact]
    public void Link_HasItsTarget()
    {
        FuseEntryOut link = tree.Lookup("class/link");

        Assert.Equal(0xA1FFu, link.Attr.Mode);
        Assert.Equal("../devices/real", tree.Send(FuseMessage.Request(FuseOpcode.FUSE_READLINK, node: link.NodeId)).Text);
    }

    [Fact]
    public void ReadlinkOfDirectory_IsEinval() => Assert.Equal(
        Errno.EINVAL,
        tree.Send(FuseMessage.Request(FuseOpcode.FUSE_READLINK, node: tree.Lookup("class/net").NodeId)).Error);

    [Fact]
    public void MissingName_IsEnoent()
    {
        Assert.Equal(Errno.ENOENT, tree.LookupError(1, "missing"));
        Assert.Equal(Errno.ENOENT, tree.LookupError(1, "no"));
    }

    [Fact]
    public void Nodes_AreDistinctAndNeverForgotten()
    {
        ulong[] nodes = [.. new[] { "firmware", "top", "class/net", "class/link" }.Select(path => tree.Lookup(path).NodeId)];

        foreach (ulong node in nodes)
        {
            tree.Forget(node, 1);
        }

        Assert.Equal(4, nodes.Distinct().Count());
        Assert.All(nodes, node => Assert.Equal(Errno.None, tree.Getattr(node).Error));
    }

    [Theory]
    [InlineData(1ul << 62 | 99)]
    [InlineData(ulong.MaxValue)]
    public void UnknownNode_IsEstale(ulong node) => Assert.Equal(Errno.ESTALE, tree.Getattr(node).Error);

    [Fact]
    public void Subdirectories_CountForTheParentsLinks()
    {
        uint before = new DriverCore(TimeProvider.System).Tree.Root.Directory.Nlink;

        Assert.Equal(before + 1, tree.Getattr(1).Read<FuseAttrOut>().Attr.Nlink);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Listing_HasTheTreesOwnFirst(bool plus)
    {
        List<DirectoryListing.Entry> entries = DirectoryListing.Parse(tree.Readdir(tree.Lookup("class").NodeId, plus: plus).Payload, plus);

        Assert.Equal([".", "..", "misc", "net", "link"], entries.Select(entry => entry.Name));
        Assert.Equal((4u, 10u), (entries[3].Type, entries[4].Type));
        Assert.Equal(plus ? entries[3].Ino : 0, entries[3].Lookup.NodeId);
    }

    [Theory]
    [InlineData(32u)]
    [InlineData(64u)]
    [InlineData(96u)]
    public void Listing_InPieces_IsTheWhole(uint size)
    {
        ulong node = tree.Lookup("class").NodeId;
        var names = new List<string>();
        ulong offset = 0;
        while (DirectoryListing.Parse(tree.Readdir(node, offset, size).Payload, plus: false) is { Count: > 0 } entries)
        {
            names.AddRange(entries.Select(entry => entry.Name));
            offset = entries[^1].Offset;
        }

        Assert.Equal([".", "..", "misc", "net", "link"], names);
    }

    [Fact]
    public void DirectoryOfTheUnion_IsEmpty()
    {
        ulong net = tree.Lookup("class/net").NodeId;

        Assert.Equal(Errno.None, tree.Send(FuseMessage.Request(FuseOpcode.FUSE_OPENDIR, default(FuseOpenIn), node: net)).Error);
        Assert.Equal([".", ".."], DirectoryListing.Names(tree.Readdir(net).Payload, plus: false));
        Assert.Equal(Errno.ENOENT, tree.LookupError(net, "x"));
    }

    [Fact]
    public void ParentOfADirectoryOfTheUnion_IsWhereItWasFound()
    {
        ulong parent = tree.Lookup("class").NodeId;

        List<DirectoryListing.Entry> entries = DirectoryListing.Parse(tree.Readdir(tree.Lookup("class/net").NodeId).Payload, plus: false);

        Assert.Equal(parent, entries[1].Ino);
    }

    [Fact]
    public void FileOfTheUnion_IsNoDirectory() => Assert.Equal(Errno.ENOTDIR, tree.Readdir(tree.Lookup("top").NodeId).Error);

    [Fact]
    public void NameThatTheTreeGainsLater_IsTheTreesOwnAndListedOnce()
    {
        Kobject net = tree.Core.CreateDirectory(tree.Core.Classes, "net").Value;

        Assert.Equal(net.Directory!.Ino, tree.Lookup("class/net").NodeId);
        Assert.Single(DirectoryListing.Names(tree.Readdir(tree.Lookup("class").NodeId).Payload, plus: false), "net");
    }

    [Fact]
    public void NameThatTheTreeGainsLater_ReplacesWhatTheKernelKnew()
    {
        ulong classes = tree.Lookup("class").NodeId;
        tree.Lookup("class/net");

        tree.Core.CreateDirectory(tree.Core.Classes, "net");

        Assert.Contains($"entry {classes} net", tree.Notifications());
    }

    [Fact]
    public void NoChangeIsPossible()
    {
        ulong net = tree.Lookup("class/net").NodeId;

        Assert.Equal(Errno.EPERM, tree.Send(FuseMessage.Request(FuseOpcode.FUSE_SETATTR, default(FuseSetattrIn), node: net)).Error);
        Assert.Equal(
            Errno.EOPNOTSUPP,
            tree.Send(FuseMessage.Request(FuseOpcode.FUSE_SETXATTR, default(FuseSetxattrIn), "trusted.a\0"u8, net)).Error);
    }
}
