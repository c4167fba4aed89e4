using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs.Tests.Kernfs;

public class KernfsRootListingTests
{
    private readonly KernfsRoot root = new(new ManualClock());

    [Fact]
    public void ChildFrom_OfAnEmptyDirectory_IsNull() =>
        Assert.Null(root.ChildFrom(root.Directory, KernfsRoot.FirstChildPosition, out _));

    [Fact]
    public void ChildFrom_StepByStep_GivesEveryChildOnceInHashOrder()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(i => $"entry{i}")];
        foreach (string name in names)
        {
            Add(name);
        }

        Assert.Equal(names.OrderBy(name => new KernfsName(name).Hash), Shell.List(root, root.Directory));
    }

    [Fact]
    public void ChildFrom_AtAPositionItGave_GivesTheSameChild()
    {
        for (int i = 0; i < 50; i++)
        {
            Add($"entry{i}");
        }

        KernfsNode? child = root.ChildFrom(root.Directory, KernfsRoot.FirstChildPosition, out ulong position);
        while (child is not null)
        {
            Assert.Same(child, root.ChildFrom(root.Directory, position, out ulong again));
            Assert.Equal(position, again);
            child = root.ChildFrom(root.Directory, position + 1, out position);
        }
    }

    [Fact]
    public void ChildFrom_WhileOthersComeAndGo_GivesTheRemainingOnesOnce()
    {
        KernfsNode[] staying = [.. Enumerable.Range(0, 50).Select(i => Add($"stay{i}"))];
        KernfsNode[] leaving = [.. Enumerable.Range(0, 50).Select(i => Add($"leave{i}"))];
        var seen = new List<KernfsNode>();
        int step = 0;
        ulong position = KernfsRoot.FirstChildPosition;
        while (root.ChildFrom(root.Directory, position, out ulong at) is { } child)
        {
            seen.Add(child);
            position = at + 1;
            root.Remove(leaving[step % leaving.Length]);
            Add($"new{step++}");
        }

        Assert.Equal(staying.OrderBy(node => node.Hash), seen.Where(staying.Contains));
    }

    [Fact]
    public void ChildFrom_AtTheCurrentChildAfterItsRemoval_GivesTheNext()
    {
        KernfsNode[] sorted = [.. new[] { Add("a"), Add("b"), Add("c") }.OrderBy(node => node.Hash)];
        Assert.Same(sorted[0], root.ChildFrom(root.Directory, KernfsRoot.FirstChildPosition, out ulong first));
        root.Remove(sorted[0]);
        root.Remove(sorted[1]);

        Assert.Same(sorted[2], root.ChildFrom(root.Directory, first + 1, out _));
    }

    [Fact]
    public void ChildFrom_OfTwoNamesWithOneHash_GivesBoth()
    {
        const string One = "csssdwyksgqu";
        const string Other = "txojgaeotpvz";
        Assert.Equal(new KernfsName(One).Hash, new KernfsName(Other).Hash);
        Add(One);
        Add(Other);

        Assert.Equal(new[] { One, Other }.Order(StringComparer.Ordinal), Shell.List(root, root.Directory));
    }

    private KernfsDirectory Add(string name) => root.AddDirectory(root.Directory, new KernfsName(name), null).Value;
}
