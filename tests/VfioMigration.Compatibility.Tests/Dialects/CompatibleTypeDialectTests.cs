using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P13.</summary>
public class CompatibleTypeDialectTests
{
    private readonly Bench bench = new(new CompatibleTypeDialect());

    [Fact]
    public void Files_OfATypeAndADevice_AreListsWithTheirOwnFirst()
    {
        TreeNode type = bench.AddCard(NodeKind.Type, "Card_2", id: "1af4-0002");
        TreeNode device = bench.AddCard(NodeKind.MdevDevice, "Card_2");

        Assert.Equal("acme-Card_2\nacme-Card_4\nacme-Card_8", type.Read("compatible_type").Value);
        Assert.Equal("1af4-0002\n1af4-0001", type.Read("compatible_pci_ids").Value);
        Assert.Equal("1\n2\n4", device.Read("compatible_aggregator").Value);
        Assert.Equal((FileModes.Octal(444), FileModes.Octal(444)), (type.ModeOf("compatible_type"), device.ModeOf("compatible_aggregator")));
        Assert.Equal(Errno.ENOENT, type.Read("compatible_aggregator").Error);
    }

    [Fact]
    public void Ask_OfATypeThatIsNotListed_NamesTheFile() => Assert.Equal(
        "compatible_type does not contain acme-Card_1",
        new CompatibleTypeDialect().Ask(bench.AddCard(NodeKind.Type, "Card_1"), bench.AddCard(NodeKind.Type))!.Reason);

    [Fact]
    public void Ask_OfATypeAndADevice_HasNoAnswer() =>
        Assert.Null(new CompatibleTypeDialect().Ask(bench.AddCard(NodeKind.Type), bench.AddCard(NodeKind.MdevDevice)));
}
