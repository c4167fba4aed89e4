using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>What user space concludes from each dialect about the same pairs, beside the driver's verdict.</summary>
public class DialectAnswersTests
{
    private static readonly string[] AskingTheDriver = ["version", "migration_version", "write_and_ask"];

    /// <summary>Source and target: type, instances, version, id, features; then the verdict, and who sees it otherwise on types and on devices.</summary>
    [Theory]
    [InlineData("Card_4 1 1.2 1 aes", "Card_4 1 1.2 1 aes", true, "", "")]
    [InlineData("Card_4 1 1.1 1 aes", "Card_4 1 1.2 1 aes", true, "", "")]
    [InlineData("Card_4 1 1.3 1 aes", "Card_4 1 1.2 1 aes", false,
        "migration_compatible_devices base_type compatible_type", "base_type compatible_type")]
    [InlineData("Card_4 1 1.2 2 aes", "Card_4 1 1.2 1 aes", true, "declarative prefixed devlink", "declarative prefixed devlink")]
    [InlineData("Card_4 1 1.2 9 aes", "Card_4 1 1.2 1 aes", false, "interface_version base_type", "interface_version base_type compatible_type")]
    [InlineData("Card_2 1 1.2 1 aes", "Card_4 2 1.2 1 aes", true, "declarative prefixed devlink", "declarative prefixed devlink vfio_migration")]
    [InlineData("Card_2 1 1.2 1 aes", "Card_4 1 1.2 1 aes", false, "interface_version", "interface_version compatible_type")]
    [InlineData("Card_4 1 1.2 1 ", "Card_4 1 1.2 1 aes", true, "prefixed devlink", "prefixed devlink")]
    [InlineData("Card_4 1 1.2 1 md5", "Card_4 1 1.2 1 aes", false,
        "migration_compatible_devices interface_version base_type compatible_type declarative", "interface_version base_type compatible_type declarative")]
    public void Ask_OfEveryDialect_DisagreesOnlyWhereItShowsLess(string source, string target, bool accepted, string onTypes, string onDevices)
    {
        Assert.Equal(Sorted(onTypes), Dissent(NodeKind.Type, source, target, accepted));
        Assert.Equal(Sorted(onDevices), Dissent(NodeKind.MdevDevice, source, target, accepted));
    }

    [Fact]
    public void Ask_OfDialectsThatAskTheDriver_IsItsVerdict()
    {
        string[] cards = ["Card_4 1 1.2 1 aes", "Card_2 1 1.0 2 aes", "Card_8 2 1.4 1 ", "Card_4 3 2.0 9 aes,md5", "Card_1 1 1.2 1 md5"];
        foreach (string name in AskingTheDriver)
        {
            Dialect dialect = Named(name);
            var bench = new Bench(name == "write_and_ask" ? [Named("migration_version"), dialect] : [dialect]);
            TreeNode[] nodes = [.. cards.Select(card => Add(bench, NodeKind.Type, card))];
            foreach (TreeNode from in nodes)
            {
                Assert.All(nodes, to => Assert.Equal(
                    to.Node.Judge("test", System.Text.Encoding.ASCII.GetBytes(from.Node.GetVersion("test").Value)).IsAccepted,
                    dialect.Ask(from, to)!.IsAccepted));
            }
        }
    }

    /// <summary>Values that contain the characters of the notation.</summary>
    [Theory]
    [InlineData("a,b", "a,b", true)]
    [InlineData("a", "a,b", true)]
    [InlineData("", "a,b", true)]
    [InlineData("c", "a,b", false)]
    [InlineData("nvme://host:1,b", "nvme://host:1,b", true)]
    [InlineData("host:1", "nvme://host:1,b", false)]
    public void Ask_OfSelfCompatible_TakesValuesWithSeparatorsWhole(string source, string target, bool accepted)
    {
        var dialect = new SelfCompatibleDialect();
        var bench = new Bench(dialect);

        Assert.Equal(
            accepted,
            dialect.Ask(bench.AddCard(NodeKind.Type, features: source), bench.AddCard(NodeKind.Type, features: target))!.IsAccepted);
    }

    private static string[] Dissent(NodeKind kind, string source, string target, bool accepted)
    {
        var dissenting = new List<string>();
        foreach (Dialect dialect in DialectCatalogue.CreateAll())
        {
            var bench = new Bench(dialect.Name == "write_and_ask" ? [Named("migration_version"), dialect] : [dialect]);
            (TreeNode from, TreeNode to) = (Add(bench, kind, source), Add(bench, kind, target));
            Assert.Equal(accepted, to.Node.Judge("test", System.Text.Encoding.ASCII.GetBytes(from.Node.GetVersion("test").Value)).IsAccepted);
            if (dialect.Ask(from, to) is { } answer && answer.IsAccepted != accepted)
            {
                dissenting.Add(dialect.Name);
            }
        }

        return [.. dissenting.Order(StringComparer.Ordinal)];
    }

    private static TreeNode Add(Bench bench, NodeKind kind, string card)
    {
        string[] parts = card.Split(' ');
        return bench.AddCard(kind, parts[0], int.Parse(parts[1]), parts[2], $"1af4-000{parts[3]}", parts[4]);
    }

    private static string[] Sorted(string names) => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static Dialect Named(string name) => DialectCatalogue.CreateAll().Single(dialect => dialect.Name == name);
}
