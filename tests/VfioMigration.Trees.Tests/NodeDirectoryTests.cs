using VfioMigration.Trees;
using VfioMigration.Uapi;

namespace VfioMigration.Trees.Tests;

/// <summary>Over an ordinary directory that looks like a tree; the judge of user space works on any.</summary>
public sealed class NodeDirectoryTests : IDisposable
{
    private const string Parent = "devices/pci0000:00/0000:00:02.0";
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    private readonly TemporaryFolder folder = new();

    public NodeDirectoryTests()
    {
        folder.Write($"a/{Parent}/mdev_supported_types/acme-1/migration_version", "acme-1.0\n");
        folder.Write($"a/{Parent}/{Uuid}/migration_version", "acme-1.0\n");
        folder.Write($"a/{Parent}/{Uuid}/mdev/aggregated_instances", "2\n");
        Directory.CreateDirectory(At("a/bus/mdev/devices"));
        Directory.CreateDirectory(At("a/bus/pci/devices"));
        Directory.CreateDirectory(At("a/class/mdev_bus"));
        Directory.CreateSymbolicLink(At("a/class/mdev_bus/0000:00:02.0"), $"../../{Parent}");
        Directory.CreateSymbolicLink(At("a/bus/pci/devices/0000:00:02.0"), $"../../../{Parent}");
        Directory.CreateSymbolicLink(At($"a/bus/mdev/devices/{Uuid}"), $"../../../{Parent}/{Uuid}");
        Directory.CreateSymbolicLink(At($"a/{Parent}/{Uuid}/mdev_type"), "../mdev_supported_types/acme-1");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a/class/mdev_bus/0000:00:02.0/mdev_supported_types/acme-1", true, "acme-1", "a/0000:00:02.0/acme-1")]
    [InlineData("a/class/mdev_bus/0000:00:02.0/mdev_supported_types/acme-1/migration_version", true, "acme-1", "a/0000:00:02.0/acme-1")]
    [InlineData("a/bus/mdev/devices/" + Uuid + "/mdev_type", true, "acme-1", "a/0000:00:02.0/acme-1")]
    [InlineData("a/bus/mdev/devices/" + Uuid + "/", false, "acme-1", "a/" + Uuid)]
    [InlineData("a/" + Parent + "/" + Uuid, false, "acme-1", "a/" + Uuid)]
    [InlineData("a/bus/pci/devices/0000:00:02.0", false, null, "a/0000:00:02.0")]
    public void TryOpen_OfANodeByAnyName_KnowsWhatItIs(string path, bool isType, string? type, string label)
    {
        NodeDirectory node = Open(path);

        Assert.Equal((isType, type, label, At(path)), (node.IsType, node.TypeName, node.Label, node.Name));
        Assert.Equal(At("a"), node.Root);
    }

    [Fact]
    public void TryOpen_OfNothing_SaysWhatToName()
    {
        Assert.False(NodeDirectory.TryOpen(At("a/nothing"), out _, out string problem));
        Assert.Equal($"{At("a/nothing")}: no such directory; name a type (.../mdev_supported_types/TYPE), a device, or a file in one", problem);
    }

    [Fact]
    public void FindAll_OfATree_FindsTypesAndDevicesOnce() => Assert.Equal(
        ["a/0000:00:02.0/acme-1", $"a/{Uuid}"],
        NodeDirectory.FindAll(At("a"), "migration_version").Select(node => node.Label));

    [Fact]
    public void FindRoots_OfAPlace_IsItselfOrItsChildren()
    {
        Directory.CreateDirectory(At("none"));
        Directory.CreateDirectory(At("b/bus"));
        Directory.CreateDirectory(At("b/devices"));

        Assert.Equal([At("a")], NodeDirectory.FindRoots(At("a")));
        Assert.Equal([At("a"), At("b")], NodeDirectory.FindRoots(folder.Path));
        Assert.Empty(NodeDirectory.FindRoots(At("none")));
        Assert.Empty(NodeDirectory.FindRoots(At("missing")));
    }

    [Fact]
    public void Read_OfAFile_TakesOneNewlineOff()
    {
        NodeDirectory node = Open($"a/{Parent}/{Uuid}");
        folder.Write($"a/{Parent}/{Uuid}/empty", "one\n\n");
        folder.Write($"a/{Parent}/{Uuid}/long", new string('x', 10000));

        Assert.Equal(("acme-1.0", "one\n", 10000), (node.Read("migration_version").Value, node.Read("empty").Value, node.Read("long").Value.Length));
        Assert.Equal(Errno.ENOENT, node.Read("nothing").Error);
        Assert.Contains("mdev: not a regular file", Assert.Throws<UnaskedException>(() => node.Read("mdev")).Message, StringComparison.Ordinal);
        Assert.Equal((true, false, false), (node.Exists("mdev/aggregated_instances"), node.Exists("mdev"), node.Exists("nothing")));
    }

    [Fact]
    public void Write_ToAFile_IsTheTextAndANewline()
    {
        NodeDirectory node = Open($"a/{Parent}/{Uuid}");

        Assert.Equal(Errno.None, node.Write("migration_version", "new"));
        Assert.Equal("new\n", File.ReadAllText(At($"a/{Parent}/{Uuid}/migration_version")));
        Assert.Equal(Errno.ENOENT, node.Write("nothing", "x"));
        Assert.False(node.Exists("nothing"));
        Assert.Equal(Errno.ENOENT, node.Ask("nothing", "x").Error);
    }

    [Fact]
    public void List_OfADirectory_IsItsFiles()
    {
        NodeDirectory node = Open($"a/{Parent}/{Uuid}");

        Assert.Equal(["aggregated_instances"], node.List("mdev"));
        Assert.Equal(["migration_version"], node.List(""));
        Assert.Empty(node.List("nothing"));
    }

    [Fact]
    public void FindReason_OfAHostThatSaysNothing_IsNull() => Assert.Null(Open($"a/{Parent}/{Uuid}").FindReason("migration_version"));

    [Fact]
    public void FindReason_WithAKernelLog_IsTheLastLineAboutTheNode()
    {
        folder.Write(
            "a/kernel/debug/vfiomig/kmsg",
            $"acme {Uuid}: migration_version: refused: old\nacme {Uuid}: migration_version: refused: new\n"
            + "acme 0000:00:02.0: acme-1: migration_version: refused: type\nacme other: migration_version: refused: other\n");

        Assert.Equal("refused: new", Open($"a/{Parent}/{Uuid}").FindReason("migration_version"));
        Assert.Equal("refused: type", Open($"a/{Parent}/mdev_supported_types/acme-1").FindReason("migration_version"));
        Assert.Null(Open($"a/{Parent}/{Uuid}").FindReason("version"));
    }

    [Fact]
    public void FindReason_WithMigrationErrors_IsTheLastOfThem()
    {
        folder.Write($"a/{Parent}/{Uuid}/migration_errors", "x: first\ny: second\n");
        Assert.Equal("y: second", Open($"a/{Parent}/{Uuid}").FindReason("migration_version"));
        folder.Write($"a/{Parent}/{Uuid}/migration_errors", "");
        Assert.Null(Open($"a/{Parent}/{Uuid}").FindReason("migration_version"));
    }

    /// <summary>Of a device by its driver's module, of a type by the parent's.</summary>
    [Theory]
    [InlineData("driver/module", "../../../../module/acme", $"{Parent}/mdev_supported_types/acme-1")]
    [InlineData("subsystem", "../../../class/acme", $"{Parent}/mdev_supported_types/acme-1")]
    [InlineData($"{Uuid}/driver/module", "../../../../module/acme", $"{Parent}/{Uuid}")]
    public void Errnos_OfATreeThatListsThem_AreThoseOfTheModule(string link, string target, string node)
    {
        string path = At($"a/{Parent}/{link}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
        folder.Write("a/kernel/debug/vfiomig/errnos", "acme EFULL=141\nother ENOMIGRATION=140\nacme EFAR=140\n");

        Assert.Equal(("EFAR", "EFULL", "EIO"), (Open($"a/{node}").Errnos.NameOf((Errno)140), Open($"a/{node}").Errnos.NameOf((Errno)141), Open($"a/{node}").Errnos.NameOf(Errno.EIO)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("other EFAR=140\n")]
    [InlineData("acme EFAR=x\n")]
    [InlineData("acme EFAR=140 more\n")]
    [InlineData("acme EFAR=140\nacme EFAR=141\n")]
    [InlineData("acme EIO=140\n")]
    public void Errnos_OfATreeThatDoesNot_AreNumbers(string? listing)
    {
        Directory.CreateSymbolicLink(At($"a/{Parent}/subsystem"), "../../../class/acme");
        if (listing is not null)
        {
            folder.Write("a/kernel/debug/vfiomig/errnos", listing);
        }

        Assert.Equal("errno 140", Open($"a/{Parent}/mdev_supported_types/acme-1").Errnos.NameOf((Errno)140));
        Assert.Equal("errno 140", Open($"a/{Parent}/{Uuid}").Errnos.NameOf((Errno)140));
    }

    private string At(string path) => Path.Combine(folder.Path, path);

    private NodeDirectory Open(string path)
    {
        Assert.True(NodeDirectory.TryOpen(At(path), out NodeDirectory node, out string problem), problem);
        return node;
    }
}
