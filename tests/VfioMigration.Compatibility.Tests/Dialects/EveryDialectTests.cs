using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>What holds for all of them.</summary>
public class EveryDialectTests
{
    private static readonly string[] Opaque =
        ["version", "migration_version", "migration_errors", "vfio_migration", "write_and_ask"];

    public static TheoryData<string> Names => [.. DialectCatalogue.CreateAll().Select(dialect => dialect.Name)];

    public static TheoryData<string, NodeKind> NamesAndKinds
    {
        get
        {
            var rows = new TheoryData<string, NodeKind>();
            foreach (Dialect dialect in DialectCatalogue.CreateAll())
            {
                Array.ForEach(Enum.GetValues<NodeKind>(), kind => rows.Add(dialect.Name, kind));
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Origin_OfADialect_SaysThatItWasNotMerged(string name)
    {
        Dialect dialect = Named(name);

        Assert.Matches("^proposed .*20(19|20).*not merged", dialect.Origin);
        Assert.All(name, c => Assert.True(char.IsAsciiLetterLower(c) || c == '_'));
    }

    [Theory]
    [MemberData(nameof(NamesAndKinds))]
    public void Files_OnANode_AreThoseThatAreAnnounced(string name, NodeKind kind)
    {
        Dialect dialect = Named(name);
        var bench = new Bench(dialect);
        TreeNode node = bench.AddCard(kind);
        string[] announced = [.. dialect.FilesOn(kind)];
        string[] top = [.. bench.Tree.List(node.Name).Except(["device_api", "uevent", "power", "subsystem"])];

        if (announced.Contains(Dialect.AnyField))
        {
            Assert.Equal(
                Cards.Describe().Fields.Select(field => field.Name)
                    .Where(field => (kind != NodeKind.Type || field != "device_api") && (kind != NodeKind.MdevDevice || field != "mdev_type")).Order(StringComparer.Ordinal),
                bench.FilesOf(node).Union(node.List("").Where(file => kind != NodeKind.Type && file == "device_api")).Order(StringComparer.Ordinal));
            return;
        }

        Assert.Equal(announced.Length == 0, top.Length == 0);
        Assert.All(top, file => Assert.True(
            announced.Contains(file) || file.Contains('.', StringComparison.Ordinal) || file.StartsWith("compatible_", StringComparison.Ordinal), file));
    }

    [Theory]
    [MemberData(nameof(NamesAndKinds))]
    public void Detach_OfANode_LeavesNothing(string name, NodeKind kind)
    {
        Dialect dialect = Named(name);
        var bench = new Bench(dialect);
        TreeNode node = bench.AddCard(kind);
        TreeNode other = bench.AddCard(kind);
        IReadOnlyList<string> files = bench.Tree.List(other.Name);

        bench.Detach(node);
        bench.Detach(node);

        Assert.Empty(bench.FilesOf(node));
        Assert.False(bench.Tree.Exists($"{node.Name}/migration"));
        Assert.Equal(files, bench.Tree.List(other.Name));
        Assert.Equal(Errno.None, dialect.Attach(node.Node));
        Assert.Equal(files, bench.Tree.List(node.Name));
    }

    [Theory]
    [MemberData(nameof(NamesAndKinds))]
    public void Attach_ToANodeThatHasIt_ChangesNothing(string name, NodeKind kind)
    {
        Dialect dialect = Named(name);
        var bench = new Bench(dialect);
        TreeNode node = bench.AddCard(kind);
        IReadOnlyList<string> files = bench.Tree.List(node.Name);

        dialect.Attach(node.Node);
        Assert.Equal(files, bench.Tree.List(node.Name));
    }

    [Theory]
    [MemberData(nameof(NamesAndKinds))]
    public void Files_OfADriverWithAnOpaqueString_AreThoseThatNeedNoFields(string name, NodeKind kind)
    {
        var bench = new Bench(Named(name));
        TreeNode node = bench.Add(kind, new FakeCompatibility());

        Assert.Equal(Opaque.Contains(name) && Named(name).FilesOn(kind).Count > 0, bench.FilesOf(node).Count > 0);
        Assert.False(bench.Tree.Exists($"{node.Name}/migration"));
    }

    /// <summary>R32: what is written into a device's configuration is seen at once.</summary>
    [Theory]
    [MemberData(nameof(NamesAndKinds))]
    public void Files_OfADeviceThatBecomesUnsupported_AreErrnosNotOldText(string name, NodeKind kind)
    {
        Result<Compatibility.Descriptions.DeviceDescription> now = Cards.Describe();
        var bench = new Bench(Named(name));
        TreeNode node = bench.Add(kind, new RuleBasedCompatibility(Cards.Vendor, Cards.Form, Cards.Rules, () => now));
        now = Errno.ENODEV;

        Assert.All(
            bench.FilesOf(node).Except(["migration_errors", "vfio_migration_type", "migration_ask", "migration_ask_racy"]),
            file => Assert.Equal(Errno.ENODEV, node.Read(file).Error));
        Assert.All(node.List("migration/self"), file => Assert.Equal(Errno.ENODEV, node.Read($"migration/self/{file}").Error));
    }

    [Theory]
    [MemberData(nameof(NamesAndKinds))]
    public void Ask_OfANodeAboutItself_SaysYesOrNothing(string name, NodeKind kind)
    {
        Dialect dialect = Named(name);
        var bench = new Bench(Named("migration_version"), dialect.Name == "migration_version" ? Named("version") : dialect);
        TreeNode node = bench.AddCard(kind);

        DialectAnswer? answer = dialect.Ask(node, node);
        Assert.True(answer?.IsAccepted ?? true, answer?.Reason);
        Assert.True(answer is not null || name == "migration_errors" || dialect.FilesOn(kind).Count == 0, "no answer");
    }

    [Theory]
    [MemberData(nameof(NamesAndKinds))]
    public void Ask_WhenOneSideDoesNotServeIt_IsNothing(string name, NodeKind kind)
    {
        Dialect dialect = Named(name);
        TreeNode served = new Bench(dialect).AddCard(kind);
        TreeNode bare = new Bench().AddCard(kind);

        Assert.Null(dialect.Ask(served, bare));
        Assert.Null(dialect.Ask(bare, served));
    }

    private static Dialect Named(string name) => DialectCatalogue.CreateAll().Single(dialect => dialect.Name == name);
}
