using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>OPENDIR, READDIR, READDIRPLUS.</summary>
public sealed class SysfsFileSystemDirectoriesTests : IDisposable
{
    private readonly MountedTree tree = new();

    public void Dispose() => tree.Dispose();

    [Fact]
    public void Listing_BeginsWithTheDots()
    {
        ulong devices = tree.Lookup("devices").NodeId;
        ulong sample = tree.Lookup("devices/sample").NodeId;

        List<DirectoryListing.Entry> entries = DirectoryListing.Parse(tree.Readdir(sample).Payload, plus: false);

        Assert.Equal(
            [new DirectoryListing.Entry(".", sample, 1, 4, default), new DirectoryListing.Entry("..", devices, 2, 4, default)],
            entries);
    }

    [Fact]
    public void ParentOfTheRoot_IsTheRoot() =>
        Assert.Equal([1ul, 1ul], DirectoryListing.Parse(tree.Readdir(1).Payload, plus: false).Take(2).Select(entry => entry.Ino));

    [Fact]
    public void Types_AreThoseOfTheNodes()
    {
        tree.Core.CreateDirectory(tree.Sample, "directory");
        tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadOnly("file")));
        DriverCore.CreateLink(tree.Sample, "link", tree.Core.Devices);

        Dictionary<string, uint> types = DirectoryListing
            .Parse(tree.Readdir(tree.Lookup("devices/sample").NodeId).Payload, plus: false)
            .ToDictionary(entry => entry.Name, entry => entry.Type);

        Assert.Equal((4u, 8u, 10u), (types["directory"], types["file"], types["link"]));
    }

    [Fact]
    public void Plus_CountsALookupPerEntryButNotForTheDots()
    {
        tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadOnly("file")));
        ulong sample = tree.Lookup("devices/sample").NodeId;
        int before = tree.FileSystem.KnownNodes;

        List<DirectoryListing.Entry> entries = DirectoryListing.Parse(tree.Readdir(sample, plus: true).Payload, plus: true);

        Assert.Equal([0ul, 0ul, entries[2].Ino], entries.Select(entry => entry.Lookup.NodeId));
        Assert.Equal(4096ul, entries[2].Lookup.Attr.Size);
        Assert.True(entries[2].Lookup.EntryValid > 0);
        Assert.Equal(before + 1, tree.FileSystem.KnownNodes);
        tree.Forget(entries[2].Ino, 1);
        Assert.Equal(before, tree.FileSystem.KnownNodes);
    }

    [Fact]
    public void PlusEntryThatDoesNotFit_IsNotCounted()
    {
        tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadOnly("file")));
        ulong sample = tree.Lookup("devices/sample").NodeId;
        int before = tree.FileSystem.KnownNodes;

        tree.Readdir(sample, offset: 2, size: 128 + 31, plus: true);

        Assert.Equal(before, tree.FileSystem.KnownNodes);
    }

    [Fact]
    public void RemovedDirectory_OpensAndIsEmpty()
    {
        tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadOnly("file")));
        ulong sample = tree.Lookup("devices/sample").NodeId;

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Equal(Errno.None, Opendir(sample));
        Assert.Equal([".", ".."], DirectoryListing.Names(tree.Readdir(sample).Payload, plus: false));
    }

    [Fact]
    public void File_IsNoDirectory()
    {
        tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadOnly("file")));
        ulong file = tree.Lookup("devices/sample/file").NodeId;

        Assert.Equal(Errno.ENOTDIR, Opendir(file));
        Assert.Equal(Errno.ENOTDIR, tree.Readdir(file).Error);
        Assert.Equal(Errno.ENOTDIR, tree.Readdir(999_999).Error);
    }

    [Fact]
    public void Order_IsTheSameAsThatOfTheTree()
    {
        AddFiles("a", "b", "c", "ao", "bd", "zzz");
        ulong sample = tree.Lookup("devices/sample").NodeId;

        Assert.Equal(Whole(sample), Pieces(sample, [48]));
        Assert.Equal(Whole(sample), [.. DirectoryListing.Names(tree.Readdir(sample, plus: true).Payload, plus: true)]);
    }

    [Fact]
    public void AnySplitOfBufferSizes_YieldsEveryEntryOnce()
    {
        Gen<(int Files, int[] Sizes, bool Plus)> listings =
            from files in Gen.Choose(0, 40)
            from plus in Gen.Elements(false, true)
            from sizes in Gen.Choose(plus ? 168 : 40, 700).NonEmptyListOf()
            select (files, sizes.ToArray(), plus);
        Quietly.Check(listings, listing =>
        {
            using var other = new MountedTree();
            string[] names = [.. Enumerable.Range(0, listing.Files).Select(i => $"file{i}")];
            other.Sample.AddGroup(new AttributeGroup([.. names.Select(new SampleAttributes().ReadOnly)]));
            ulong sample = other.Lookup("devices/sample").NodeId;

            List<string> listed = Pieces(other, sample, listing.Sizes, listing.Plus);

            Assert.Equal([".", "..", .. names.Order(StringComparer.Ordinal)], listed.Order(StringComparer.Ordinal));
        });
    }

    [Fact]
    public void WhileOthersComeAndGo_EveryEntryThatStaysIsListedOnce()
    {
        Gen<(int[] Sizes, int[] Changes)> listings =
            from sizes in Gen.Choose(40, 400).NonEmptyListOf()
            from changes in Gen.Choose(0, 29).ArrayOf()
            select (sizes.ToArray(), changes);
        Quietly.Check(listings, listing =>
        {
            using var other = new MountedTree();
            string[] names = [.. Enumerable.Range(0, 30).Select(i => $"stays{i}")];
            other.Sample.AddGroup(new AttributeGroup([.. names.Select(new SampleAttributes().ReadOnly)]));
            AttributeGroup[] groups =
            [
                .. Enumerable.Range(0, 30).Select(i => new AttributeGroup(new SampleAttributes().ReadOnly($"goes{i}"))),
            ];
            int next = 0;

            List<string> listed = Pieces(other, other.Lookup("devices/sample").NodeId, listing.Sizes, plus: false, between: () =>
            {
                if (next < listing.Changes.Length)
                {
                    AttributeGroup group = groups[listing.Changes[next++]];
                    if (other.Sample.AddGroup(group) != Errno.None)
                    {
                        other.Sample.RemoveGroup(group);
                    }
                }
            });

            Assert.Equal(
                names.Order(StringComparer.Ordinal),
                listed.Where(name => name.StartsWith("stays", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        });
    }

    /// <summary>The names "ao" and "bd" have one hash, and positions are made of hashes.</summary>
    [Fact]
    public void RemovalOfAnEntryAlreadyListed_LosesNoneOfTheSameHash()
    {
        (AttributeGroup first, _) = AddFiles("ao", "bd");
        ulong sample = tree.Lookup("devices/sample").NodeId;
        DirectoryListing.Entry listed = DirectoryListing.Parse(tree.Readdir(sample, offset: 2, size: 32).Payload, plus: false).Single();
        Assert.Equal("ao", listed.Name);

        tree.Sample.RemoveGroup(first);

        Assert.Equal(["bd"], DirectoryListing.Names(tree.Readdir(sample, listed.Offset).Payload, plus: false));
    }

    [Fact]
    public void EntryAddedBeforeThePosition_RepeatsNoneOfTheSameHash()
    {
        AddFiles("bd");
        ulong sample = tree.Lookup("devices/sample").NodeId;
        DirectoryListing.Entry listed = DirectoryListing.Parse(tree.Readdir(sample, offset: 2, size: 32).Payload, plus: false).Single();

        AddFiles("ao");

        Assert.DoesNotContain("bd", DirectoryListing.Names(tree.Readdir(sample, listed.Offset).Payload, plus: false));
    }

    private Errno Opendir(ulong node) => tree.Send(FuseMessage.Request(FuseOpcode.FUSE_OPENDIR, default(FuseOpenIn), node: node)).Error;

    private (AttributeGroup First, AttributeGroup Last) AddFiles(params string[] names)
    {
        AttributeGroup[] groups = [.. names.Select(name => new AttributeGroup(new SampleAttributes().ReadOnly(name)))];
        Assert.All(groups, group => Assert.Equal(Errno.None, tree.Sample.AddGroup(group)));
        return (groups[0], groups[^1]);
    }

    private List<string> Whole(ulong node) => [.. DirectoryListing.Names(tree.Readdir(node).Payload, plus: false)];

    private List<string> Pieces(ulong node, int[] sizes) => Pieces(tree, node, sizes, plus: false);

    private static List<string> Pieces(MountedTree tree, ulong node, int[] sizes, bool plus, Action? between = null)
    {
        var names = new List<string>();
        ulong offset = 0;
        for (int i = 0; ; i++)
        {
            byte[] payload = tree.Readdir(node, offset, (uint)sizes[i % sizes.Length], plus).Payload;
            if (payload.Length == 0)
            {
                return names;
            }

            List<DirectoryListing.Entry> entries = DirectoryListing.Parse(payload, plus);
            names.AddRange(entries.Select(entry => entry.Name));
            offset = entries[^1].Offset;
            between?.Invoke();
        }
    }
}
