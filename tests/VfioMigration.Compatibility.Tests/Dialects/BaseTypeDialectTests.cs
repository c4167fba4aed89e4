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
        Assert.Equal((0x124u, 0x124u), (node.ModeOf("base_type"), node.ModeOf("aggregation_ratio")));
    }

    [Fact]
    public void Ask_OfEqualShares_IsPlausibleOnly()
    {
        var dialect = new BaseTypeDialect();
        TreeNode half = bench.AddCard(NodeKind.MdevDevice, "Card_2");

        Assert.Equal(VerdictKind.Plausible, dialect.Ask(half, bench.AddCard(NodeKind.MdevDevice, "Card_8", 4))!.Kind);
        Assert.Equal("4 x acme-Card and 2 x acme-Card", dialect.Ask(half, bench.AddCard(NodeKind.MdevDevice, "Card_4"))!.Reason);
    }

    [Fact]
    public void Files_OfADeviceWithoutAType_AreNone()
    {
        TreeNode node = bench.Add(NodeKind.Type, new RuleBasedCompatibility(Cards.Vendor, Cards.Form, [], () => Cards.With(("ports", "1"))));

        Assert.Equal(Errno.ENOENT, node.Read("base_type").Error);
    }
}
