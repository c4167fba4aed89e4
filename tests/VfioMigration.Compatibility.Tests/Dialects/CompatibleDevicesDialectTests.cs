using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>R30.</summary>
public class CompatibleDevicesDialectTests
{
    private readonly Bench bench = new(new CompatibleDevicesDialect());

    private const string File = "migration_compatible_devices";

    [Fact]
    public void Show_OfAType_IsPairsOfLines()
    {
        TreeNode type = bench.AddCard(NodeKind.Type, "Card_2");

        Assert.Equal(
            ["parent id: 1af4 0001", "mdev_type: acme-Card_2", "parent id: 1af4 0001", "mdev_type: acme-Card_4"],
            type.Read(File).Value.Split('\n').Take(4));
        Assert.Equal(12, type.Read(File).Value.Split('\n').Length);
        Assert.Equal(FileModes.Octal(444), type.ModeOf(File));
    }

    [Fact]
    public void Files_OfADevice_AreNone() => Assert.Equal(Errno.ENOENT, bench.AddCard(NodeKind.MdevDevice).Read(File).Error);

    [Fact]
    public void Ask_OfAListedType_IsAHintOnly()
    {
        var dialect = new CompatibleDevicesDialect();
        TreeNode target = bench.AddCard(NodeKind.Type, "Card_2");

        Assert.Equal(VerdictKind.Plausible, dialect.Ask(bench.AddCard(NodeKind.Type, "Card_8", id: "1af4-0002"), target)!.Kind);
        Assert.False(dialect.Ask(bench.AddCard(NodeKind.Type, "Card_8", id: "1af4-0009"), target)!.IsAccepted);
    }

    /// <summary>R31: an old list cannot name a future device, and a new target that accepts it does not help its list.</summary>
    [Fact]
    public void Ask_OfAnOldTargetAboutANewCard_SaysNoThoughTheDriverMayAccept()
    {
        var accepting = new RuleBasedCompatibility(Cards.Vendor, Cards.Form, [], () => Cards.Describe());
        TreeNode target = bench.Add(NodeKind.Type, accepting);

        Assert.True(accepting.Judge(Cards.Describe(id: "1af4-0099")).IsAccepted);
        Assert.False(new CompatibleDevicesDialect().Ask(bench.AddCard(NodeKind.Type, id: "1af4-0099"), target)!.IsAccepted);
    }
}
