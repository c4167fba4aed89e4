using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P8.</summary>
public class TraitsDialectTests
{
    private readonly Bench bench = new(new TraitsDialect());

    [Fact]
    public void Files_OfADevice_AreTraitsInCapitals()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, version: "1.1");
        string[] self = node.Read("migration-self-traits").Value.Split('\n');
        string[] compatible = node.Read("migration-compatible-traits").Value.Split('\n');

        Assert.Contains("CUSTOM_ACME_SOFTWARE_VERSION_1_1", self);
        Assert.Equal(7, self.Length);
        Assert.Subset(compatible.ToHashSet(), self.ToHashSet());
        Assert.Contains("CUSTOM_ACME_SOFTWARE_VERSION_1_0", compatible);
        Assert.All(compatible, trait => Assert.Matches("^CUSTOM_[A-Z0-9_]+$", trait));
        Assert.Equal((FileModes.Octal(444), FileModes.Octal(444)), (node.ModeOf("migration-self-traits"), node.ModeOf("migration-compatible-traits")));
    }

    [Fact]
    public void Ask_OfASourceWithAnotherTrait_NamesIt()
    {
        string reason = new TraitsDialect().Ask(bench.AddCard(NodeKind.Type, "Card_1"), bench.AddCard(NodeKind.Type))!.Reason;

        Assert.Equal("the target lacks the trait CUSTOM_ACME_MDEV_TYPE_CARD_1", reason);
        Assert.Equal(Errno.ENOENT, bench.AddCard(NodeKind.Type).Read("traits").Error);
    }
}
