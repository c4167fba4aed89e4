using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P14.</summary>
public class TypeAttributesDialectTests
{
    private readonly Bench bench = new(new TypeAttributesDialect());

    [Fact]
    public void Files_OfAType_AreThoseOfTheLastProposal()
    {
        TreeNode type = bench.AddCard(NodeKind.Type, "Card_2");

        Assert.Equal(
            ["compatible_features", "compatible_pci_ids", "compatible_type", "dynamic_resources", "software_version"], bench.FilesOf(type));
        Assert.Equal("1.2", type.Read("software_version").Value);
        Assert.Equal("acme-Card_2\nacme-Card_4\nacme-Card_8", type.Read("compatible_type").Value);
        Assert.Equal("aggregator,serial", type.Read("dynamic_resources").Value);
        Assert.All(bench.FilesOf(type), file => Assert.Equal(FileModes.Octal(444), type.ModeOf(file)));
    }

    [Theory]
    [InlineData(NodeKind.MdevDevice)]
    [InlineData(NodeKind.PhysicalDevice)]
    public void Files_OfADevice_AreNone(NodeKind kind) => Assert.Equal(Errno.ENOENT, bench.AddCard(kind).Read("dynamic_resources").Error);

    [Theory]
    [InlineData("Card_1", "1.2", "compatible_type does not contain acme-Card_1")]
    [InlineData("Card_4", "1.3", "software_version: 1.3 and 1.2")]
    [InlineData("Card_4", "1.0", "API, hardware, type and software match")]
    public void Ask_InTheOrderOfTheProposal_SaysWhatDecides(string type, string version, string reason) => Assert.Equal(
        reason,
        new TypeAttributesDialect().Ask(bench.AddCard(NodeKind.Type, type, version: version), bench.AddCard(NodeKind.Type))!.Reason);

    [Fact]
    public void Files_BesideTheDeclarativeOnes_ShareTheSoftwareVersion()
    {
        var both = new Bench(new DeclarativeDialect(), new TypeAttributesDialect());
        TreeNode type = both.AddCard(NodeKind.Type);

        Assert.Equal(("1.2", "aggregator,serial"), (type.Read("software_version").Value, type.Read("dynamic_resources").Value));
        both.Detach(type);
        Assert.Empty(both.FilesOf(type));
    }
}
