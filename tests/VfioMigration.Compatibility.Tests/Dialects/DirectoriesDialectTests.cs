using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P7.</summary>
public class DirectoriesDialectTests
{
    private readonly Bench bench = new(new DirectoriesDialect());

    [Fact]
    public void Files_OfADevice_AreTwoDirectoriesWithAFilePerField()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, "Card_2", version: "1.1");

        Assert.Equal(["compatible", "self"], bench.Tree.List($"{node.Name}/migration").Order());
        Assert.Equal(Cards.Describe().Fields.Select(field => field.Name).Order(), node.List("migration/self").Order());
        Assert.Equal(node.List("migration/self").Order(), node.List("migration/compatible").Order());
        Assert.Equal("Card_2", node.Read("migration/self/mdev_type").Value);
        Assert.Equal("Card_2\nCard_4\nCard_8", node.Read("migration/compatible/mdev_type").Value);
        Assert.Equal("1.1\n1.0", node.Read("migration/compatible/software_version").Value);
        Assert.Equal(FileModes.Octal(444), node.ModeOf("migration/compatible/mdev_type"));
    }

    [Fact]
    public void Files_WhenTheNameIsTaken_AreEEXISTAndNothingIsLeft()
    {
        TreeNode node = new Bench().AddCard(NodeKind.MdevDevice);
        node.Node.Node.AddGroup(new Sysfs.AttributeGroup("migration/compatible"));

        Assert.Equal(Errno.EEXIST, new DirectoriesDialect().Attach(node.Node));
        Assert.Empty(node.List("migration/self"));
    }
}
