using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>R24.</summary>
public class VfioMigrationDialectTests
{
    private readonly Bench bench = new(new VfioMigrationDialect());

    [Fact]
    public void Files_OfADevice_AreItsTypeAndItsString()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, "Card_2");

        Assert.Equal("acme-Card_2", node.Read("vfio_migration_type").Value);
        Assert.Equal(node.Node.GetVersion("test").Value, node.Read("vfio_migration_version").Value);
        Assert.Equal((FileModes.Octal(444), FileModes.Octal(644)), (node.ModeOf("vfio_migration_type"), node.ModeOf("vfio_migration_version")));
    }

    [Fact]
    public void Files_OfAType_AreNone() => Assert.Equal(Errno.ENOENT, bench.AddCard(NodeKind.Type).Read("vfio_migration_type").Error);

    [Fact]
    public void Store_OfARefusedString_IsTheDriversErrno()
    {
        TreeNode node = bench.Add(NodeKind.PhysicalDevice, new FakeCompatibility { OnJudge = _ => Verdict.Incompatible(Errno.EUNATCH, "r", "no") });

        Assert.Equal(Errno.EUNATCH, node.Write("vfio_migration_version", "x"));
    }

    [Fact]
    public void Ask_OfUnequalTypes_DoesNotWrite()
    {
        TreeNode target = bench.AddCard(NodeKind.MdevDevice, "Card_4", 2);

        Assert.Equal(
            "vfio_migration_type: acme-Card_2 and acme-Card_4",
            new VfioMigrationDialect().Ask(bench.AddCard(NodeKind.MdevDevice, "Card_2"), target)!.Reason);
        Assert.True(new VfioMigrationDialect().Ask(bench.AddCard(NodeKind.MdevDevice, "Card_4", 2, "1.0"), target)!.IsAccepted);
    }
}
