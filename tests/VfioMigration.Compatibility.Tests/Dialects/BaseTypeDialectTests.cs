using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P11.</summary>
public class BaseTypeDialectTests
{
    private readonly Bench bench = new(new BaseTypeDialect());

    [Theory]
    [InlineData("Card_2", 1, "acme-Card", "4")]
    [InlineData("Card_4", 2, "acme-Card", "4")]
    [InlineData("Card_8", 4, "acme-Card", "4")]
    [InlineData("Card_4", 1, "acme-Card", "2")]
    [InlineData("Card_8", 1, "acme-Card", "1")]
    [InlineData("Disk_2", 3, "acme-Disk", "3")]
    [InlineData("Tape", 3, "acme-Tape", "3")]
    public void Files_OfADevice_AreTheBaseAndItsSmallestSlices(string type, int instances, string expected, string ratio)
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, type, instances);

        Assert.Equal((expected, ratio), (node.Read("base_type").Value, node.Read("aggregation_ratio").Value));
        Assert.Equal((FileModes.Octal(444), FileModes.Octal(444)), (node.ModeOf("base_type"), node.ModeOf("aggregation_ratio")));
    }

    [Fact]
    public void Ask_OfEqualShares_IsPlausibleOnly()
    {
        var dialect = new BaseTypeDialect();
        TreeNode half = bench.AddCard(NodeKind.MdevDevice, "Card_2");

        Assert.Equal(VerdictKind.Plausible, dialect.Ask(half, bench.AddCard(NodeKind.MdevDevice, "Card_8", 4))!.Kind);
        Assert.Equal("4 x acme-Card and 2 x acme-Card", dialect.Ask(half, bench.AddCard(NodeKind.MdevDevice, "Card_4"))!.Reason);
    }

    /// <summary>A type is a type also when its driver does not say so; a function has none.</summary>
    [Fact]
    public void Files_OfADescriptionWithoutAType_AreThoseOfTheNode()
    {
        TreeNode type = bench.Add(NodeKind.Type, Ports());
        TreeNode function = bench.Add(NodeKind.PhysicalDevice, Ports());

        Assert.Equal((type.TypeName, "1"), (type.Read("base_type").Value, type.Read("aggregation_ratio").Value));
        Assert.Equal(Errno.ENOENT, function.Read("base_type").Error);

        static RuleBasedCompatibility Ports() => new(Cards.Vendor, Cards.Form, [], static () => Cards.With(("ports", "1")));
    }
}
