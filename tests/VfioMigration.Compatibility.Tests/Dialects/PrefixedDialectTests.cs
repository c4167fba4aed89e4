using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P12.</summary>
public class PrefixedDialectTests
{
    private readonly Bench bench = new(new PrefixedDialect());

    [Fact]
    public void Files_OfADevice_AreListedInOneOfThem()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, "Card_2");
        string[] listed = node.Read("migration_attributes").Value.Split('\n');

        Assert.Equal(
            [
                "vfio-pci.device_api", "vfio-pci.pci_id", "acme.mdev_type", "acme.software_version", "acme.aggregator", "acme.features", "acme.serial",
            ],
            listed);
        Assert.Equal("vfio-pci 1af4-0001 Card_2 1.2 1 aes 7", string.Join(' ', listed.Select(name => node.Read(name).Value)));
        Assert.All(listed, name => Assert.Equal(FileModes.Octal(444), node.ModeOf(name)));
    }

    [Fact]
    public void Ask_OfAnotherVendor_SaysNo()
    {
        TreeNode other = bench.Add(
            NodeKind.MdevDevice, new RuleBasedCompatibility("other", Cards.Form, [], () => new DeviceDescription("other", Cards.Describe().Fields)));

        Assert.False(new PrefixedDialect().Ask(other, bench.AddCard(NodeKind.MdevDevice))!.IsAccepted);
        Assert.Equal(Errno.ENOENT, other.Read("acme.serial").Error);
    }
}
