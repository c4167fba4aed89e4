using VfioMigration.Compatibility.Planning;
using VfioMigration.Trees;

namespace VfioMigration.Trees.Tests;

/// <summary>Over ordinary directories that look like trees: one that lists its candidates, and any other.</summary>
public sealed class PlanLoaderTests : IDisposable
{
    private const string Function = "devices/pci0000:00/0000:00:02.0";
    private const string Types = Function + "/mdev_supported_types";
    private const string Listing = "kernel/debug/vfiomig/compatibility";
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Load_OfAnyTree_FindsTypesAndDevices()
    {
        MakeTree("a");
        MakeTree("b");

        Assert.Equal(
            [
                ("b", "b/0000:00:02.0/acme-1", "acme-1", true, "acme-1.0", 3, true),
                ("b", "b/0000:00:02.0/acme-2", "acme-2", true, "acme-2.0", 0, false),
                ("b", $"b/{Uuid}", "acme-1", false, "acme-1.0", null, true),
            ],
            Load("b", $"a/{Types}/acme-1").Select(one => (one.Host, one.Name, one.TypeName, one.IsType, one.Version, one.Available, one.HasRoom)));
    }

    [Fact]
    public void Load_OfTheSourcesTree_LeavesItOut()
    {
        MakeTree("a");

        Assert.Equal(["a/0000:00:02.0/acme-2", $"a/{Uuid}"], Load("a", "a/class/mdev_bus/0000:00:02.0/mdev_supported_types/acme-1/").Select(one => one.Name));
        folder.Write($"a/{Listing}", Line("acme-1", "acme-1", "3", "d1") + Line("acme-2", "acme-2", "0", "d1"));
        Assert.Equal(["a/0000:00:02.0/acme-2"], Load("a", $"a/{Types}/acme-1").Select(one => one.Name));
    }

    /// <summary>Another host that is called the same, and has the same devices, is another host.</summary>
    [Fact]
    public void Load_OfATreeWithTheSameName_LeavesNothingOut()
    {
        MakeTree("one/sys");
        MakeTree("two/sys");

        Assert.Equal(3, Load("two/sys", $"one/sys/{Types}/acme-1").Count);
    }

    /// <summary>The rules are unknown, so only candidates of one host are of one kind.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Kinds_OfTreesThatNameNoRules_AreApart(bool isListed)
    {
        foreach (string root in new[] { "one/sys", "two/sys" })
        {
            MakeTree(root);
            if (isListed)
            {
                folder.Write($"{root}/{Listing}", Line("acme-1", "acme-1", "3", "-") + Line("acme-2", "acme-2", "0", "-"));
            }
        }

        NodeDirectory source = Open($"one/sys/{Function}");
        PlanCandidate[] candidates = [.. PlanLoader.Load(At("one/sys"), source), .. PlanLoader.Load(At("two/sys"), source)];

        Assert.Equal(4, new PlanIndex(candidates).Find("acme-1.0").Probes);
    }

    /// <summary>The listing tells more than user space may see: a host may serve other dialects only.</summary>
    [Fact]
    public void Load_OfAListing_TakesWhatHasTheFile()
    {
        MakeTree("a");
        folder.Write($"a/{Types}/acme-3/create", "");
        folder.Write(
            $"a/{Listing}",
            Line("acme-1", "acme-1", "3", "d1") + Line("acme-3", "acme-3", "1", "d1") + "a line of another form\n" + Line("gone", "gone", "1", "d1")
            + $"{Function}/{Uuid}\tacme-1\t-\t-\t-\tacme-1.0\n");

        Assert.Equal(
            [("a/0000:00:02.0/acme-1", "acme-1", true, 3, "d1"), ($"a/{Uuid}", "acme-1", false, null, null)],
            Load("a", $"a/{Function}").Select(one => (one.Name, one.TypeName, one.IsType, one.Available, one.Rules is "d1" ? one.Rules : null)));
    }

    [Fact]
    public void Accepts_OfACandidate_WritesToItsFile()
    {
        MakeTree("a");

        Assert.True(Load("a", $"a/{Function}")[0].Accepts("acme-0.9"));
        Assert.Equal("acme-0.9\n", File.ReadAllText(At($"a/{Types}/acme-1/migration_version")));
    }

    /// <summary>What would be created with parameters has no file of its own, so the table is asked.</summary>
    [Fact]
    public void Accepts_OfWhatWouldBeCreatedWithParameters_WritesToTheTable()
    {
        MakeTree("a");
        folder.Write($"a/{Listing}", Line("acme-1", "acme-1", "3", "d1") + $"{Types}/acme-1\tacme-1\tparts=2\t1\td1\tacme-1.0,parts=2\n");

        PlanCandidate candidate = Assert.Single(Load("a", $"a/{Types}/acme-1"));

        Assert.Equal(("a/0000:00:02.0/acme-1,parts=2", "parts=2", 1), (candidate.Name, candidate.CreationParameters, candidate.Available));
        Assert.True(candidate.Accepts("acme-0.9"));
        Assert.Equal($"{Types}/acme-1,parts=2 acme-0.9\n", File.ReadAllText(At($"a/{Listing}")));
    }

    private static string Line(string directory, string type, string available, string digest) => $"{Types}/{directory}\t{type}\t-\t{available}\t{digest}\t{type}.0\n";

    private void MakeTree(string root)
    {
        folder.Write($"{root}/{Types}/acme-1/migration_version", "acme-1.0\n");
        folder.Write($"{root}/{Types}/acme-1/available_instances", "3\n");
        folder.Write($"{root}/{Types}/acme-2/migration_version", "acme-2.0\n");
        folder.Write($"{root}/{Types}/acme-2/available_instances", "0\n");
        folder.Write($"{root}/{Function}/{Uuid}/migration_version", "acme-1.0\n");
        Directory.CreateSymbolicLink(At($"{root}/{Function}/{Uuid}/mdev_type"), "../mdev_supported_types/acme-1");
        Directory.CreateDirectory(At($"{root}/bus/mdev/devices"));
        Directory.CreateDirectory(At($"{root}/class/mdev_bus"));
        Directory.CreateSymbolicLink(At($"{root}/class/mdev_bus/0000:00:02.0"), $"../../{Function}");
        Directory.CreateSymbolicLink(At($"{root}/bus/mdev/devices/{Uuid}"), $"../../../{Function}/{Uuid}");
    }

    private IReadOnlyList<PlanCandidate> Load(string root, string source) => PlanLoader.Load(At(root), Open(source));

    private NodeDirectory Open(string path)
    {
        Assert.True(NodeDirectory.TryOpen(At(path), out NodeDirectory node, out string problem), problem);
        return node;
    }

    private string At(string path) => Path.Combine(folder.Path, path);
}
