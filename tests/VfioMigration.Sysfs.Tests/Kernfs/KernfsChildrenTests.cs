using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs.Tests.Kernfs;

public class KernfsChildrenTests
{
    private readonly KernfsRoot root = new(new ManualClock());

    /// <summary>A number stands for a name; an even one is inserted, an odd one removed.</summary>
    [Fact]
    public void InsertAndRemove_InAnyOrder_ActsLikeASortedDictionary() =>
        Prop.ForAll<byte[]>(MatchesModel).QuickCheckThrowOnFailure();

    [Fact]
    public void Insert_OfATakenName_IsRefusedAndKeepsTheFirst()
    {
        var children = new KernfsChildren();
        KernfsNode first = Node("a");

        Assert.True(children.TryInsert(first));
        Assert.False(children.TryInsert(Node("a")));
        Assert.Same(first, children.Find(first.Hash, first.Utf8Name));
    }

    [Fact]
    public void Remove_OfTheLast_LeavesItEmpty()
    {
        var children = new KernfsChildren();
        KernfsNode only = Node("a");
        children.TryInsert(only);
        Assert.False(children.IsEmpty);

        children.Remove(only);

        Assert.True(children.IsEmpty);
        Assert.Null(children.Find(only.Hash, only.Utf8Name));
    }

    [Fact]
    public void FirstFrom_AtAnExistingEntry_IncludesItOnlyWhenAsked()
    {
        var children = new KernfsChildren();
        KernfsNode[] nodes = [.. Enumerable.Range(0, 20).Select(i => Node($"{i}"))];
        foreach (KernfsNode node in nodes)
        {
            Assert.True(children.TryInsert(node));
        }

        KernfsNode[] sorted = [.. nodes.OrderBy(node => node.Hash)];
        for (int i = 0; i < sorted.Length; i++)
        {
            Assert.Same(sorted[i], children.FirstFrom(sorted[i].Hash, sorted[i].Utf8Name, inclusive: true));
            Assert.Same(sorted.ElementAtOrDefault(i + 1), children.FirstFrom(sorted[i].Hash, sorted[i].Utf8Name, inclusive: false));
        }
    }

    [Fact]
    public void InsertAndRemove_OfManyInRandomOrder_KeepsAllInOrder()
    {
        var random = new Random(1);
        var children = new KernfsChildren();
        KernfsNode[] nodes = [.. Enumerable.Range(0, 3000).Select(i => Node($"entry{i}"))];
        var model = new SortedDictionary<uint, KernfsNode>();
        foreach (KernfsNode node in nodes)
        {
            Assert.True(children.TryInsert(node));
            model.Add(node.Hash, node);
        }

        Assert.Equal(model.Values, Walk(children));
        random.Shuffle(nodes);
        foreach (KernfsNode node in nodes)
        {
            Assert.Same(node, children.Find(node.Hash, node.Utf8Name));
            children.Remove(node);
            model.Remove(node.Hash);
            Assert.Null(children.Find(node.Hash, node.Utf8Name));
            if (model.Count % 100 == 0 || model.Count < 40)
            {
                Assert.Equal(model.Values, Walk(children));
            }
        }

        Assert.True(children.IsEmpty);
    }

    [Fact]
    public void CopyFrom_AnyHash_GivesWhatFollowsInOrder()
    {
        var children = new KernfsChildren();
        KernfsNode[] nodes = [.. Enumerable.Range(0, 500).Select(i => Node($"entry{i}")).OrderBy(node => node.Hash)];
        Assert.All(nodes, node => Assert.True(children.TryInsert(node)));
        var into = new KernfsNode[7];

        foreach (uint hash in nodes.Select(node => node.Hash).SelectMany(hash => new[] { hash, hash + 1 }).Append(0u).Append(uint.MaxValue))
        {
            KernfsNode[] expected = [.. nodes.Where(node => node.Hash >= hash).Take(into.Length)];

            Assert.Equal(expected.Length, children.CopyFrom(hash, into));
            Assert.Equal(expected, into.Take(expected.Length));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void Find_AmongAnyNumberOfChildren_LooksAtFew(int count)
    {
        var children = new KernfsChildren();
        KernfsNode[] nodes = [.. Enumerable.Range(0, count).Select(i => Node($"entry{i}"))];
        Assert.All(nodes, node => Assert.True(children.TryInsert(node)));

        int[] visited = [.. nodes.Select(node => children.Find(node.Hash, node.Utf8Name, out int looked) == node ? looked : throw new InvalidOperationException())];

        Assert.InRange(visited.Average(), 1, 6);
        Assert.InRange(visited.Max(), 1, KernfsChildren.MaxListed);
    }

    private bool MatchesModel(byte[] steps)
    {
        var children = new KernfsChildren();
        var model = new SortedDictionary<(uint Hash, string Name), KernfsNode>();
        foreach (byte step in steps)
        {
            KernfsNode node = Node($"entry{step / 2}");
            (uint Hash, string Name) key = (node.Hash, node.Name);
            bool agrees = step % 2 == 0
                ? model.TryAdd(key, node) == children.TryInsert(node)
                : Remove(ref children, model, key);
            if (!agrees || !model.Values.SequenceEqual(Walk(children)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Remove(
        ref KernfsChildren children,
        SortedDictionary<(uint Hash, string Name), KernfsNode> model,
        (uint Hash, string Name) key)
    {
        KernfsNode? found = children.Find(key.Hash, System.Text.Encoding.UTF8.GetBytes(key.Name));
        if (found != model.GetValueOrDefault(key))
        {
            return false;
        }

        if (found is not null)
        {
            children.Remove(found);
            model.Remove(key);
        }

        return true;
    }

    private static List<KernfsNode> Walk(KernfsChildren children)
    {
        var all = new List<KernfsNode>();
        KernfsNode? at = children.FirstFrom(0, default, inclusive: true);
        while (at is not null)
        {
            all.Add(at);
            at = children.FirstFrom(at.Hash, at.Utf8Name, inclusive: false);
        }

        return all;
    }

    private KernfsLink Node(string name) => new(root, new KernfsName(name), root.Directory);
}
